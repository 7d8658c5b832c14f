// What the checker of types does not see: ways to make markup or code out of text, and habits that hide mistakes.
const markup = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'parseFromString', 'createContextualFragment', 'srcdoc', 'write', 'writeln'];
const browser = ['document', 'window', 'location', 'history', 'navigator', 'localStorage', 'addEventListener', 'removeEventListener', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'fetch',
  'URL', 'URLSearchParams', 'FormData', 'XMLHttpRequest', 'AbortSignal', 'BroadcastChannel', 'ClipboardItem', 'Blob', 'CustomEvent', 'Event', 'Element', 'HTMLElement',
  'HTMLFormElement', 'HTMLButtonElement', 'CSS', 'matchMedia', 'print', 'caches', 'self', 'Response'];

export default [
  {
    files: ['html/js/*.js'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'module', globals: Object.fromEntries(browser.map((n) => [n, 'readonly'])) },
    rules: {
      'no-undef': 'error', 'no-unused-vars': 'error', 'no-var': 'error', 'prefer-const': 'error', eqeqeq: 'error', 'no-shadow': 'error', 'no-eval': 'error',
      'no-implied-eval': 'error', 'no-new-func': 'error', 'no-script-url': 'error', 'no-alert': 'error', 'no-console': 'error', 'no-fallthrough': 'error',
      'no-promise-executor-return': 'off', 'no-unreachable': 'error', 'no-self-compare': 'error', 'no-constant-condition': 'error', 'no-param-reassign': 'error',
      'no-restricted-properties': ['error', ...markup.filter((p) => !p.startsWith('write')).map((property) => ({ property })),
        ...['write', 'writeln'].map((property) => ({ object: 'document', property })),
        ...['setItem'].map((property) => ({ object: 'sessionStorage', property }))],
      'no-restricted-globals': ['error', 'sessionStorage', 'indexedDB', 'name', 'event'],
      'no-restricted-syntax': ['error', { selector: "CallExpression[callee.property.name='setAttribute'][arguments.0.value=/^(on|style$)/]", message: 'nothing inline' },
        { selector: "CallExpression[callee.object.name='localStorage'][callee.property.name='setItem'][arguments.0.name!='KEPT']", message: 'no storage but the switch of the keys' }],
    },
  },
];
