// Names, values and order as the sheets have them; what remains is what can be wrong.
export default {
  extends: ['stylelint-config-standard'],
  rules: {
    'declaration-block-single-line-max-declarations': null,
    'custom-property-empty-line-before': null,
    'comment-empty-line-before': null,
    'rule-empty-line-before': null,
    'at-rule-empty-line-before': null,
    'no-descending-specificity': null,
    'media-feature-range-notation': null,
    'declaration-empty-line-before': null,
    'value-keyword-case': ['lower', { ignoreProperties: [/^--/] }],
    'property-no-vendor-prefix': [true, { ignoreProperties: ['-webkit-text-size-adjust', '-webkit-mask', 'text-size-adjust', 'mask'] }],
  },
};
