// hcl.cjs NODE-MODULES FILE... - reads files of Terraform as a parser of their language does: syntax alone, for machines without terraform. One line a file, 1 if one is torn.
const fs = require('fs');
const { parse } = require(process.argv[2] + '/@cdktf/hcl2json');

(async () => {
  for (const f of process.argv.slice(3)) {
    try {
      const o = await parse(f, fs.readFileSync(f, 'utf8'));
      console.log(f + ': ' + Object.keys(o).sort().join(' '));
    } catch (e) {
      console.log(f + ': torn: ' + String(e.message || e).split('\n')[0]);
      process.exitCode = 1;
    }
  }
})();
