/** Unit tests (`*.spec.ts` beside the code) and the suites of `tests/` are Jest projects; `npm test` runs them all. */
const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'nodenext' },
      },
    ],
  },
});

export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs}/**/*.spec.ts']),
    project('bus', ['<rootDir>/tests/bus/**/*.test.ts']),
    project('integration', ['<rootDir>/tests/integration/**/*.test.ts']),
    project('browser', ['<rootDir>/tests/browser/**/*.test.ts']),
  ],
};
