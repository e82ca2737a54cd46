/** Unit tests (`*.spec.ts` beside the code) and the suites of `tests/` are Jest projects; `npm test` runs them all. */
const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  ...more,
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

// These need servers, which the set-up finds or starts once for all of them.
const servers = {
  globalSetup: '<rootDir>/tests/global-setup.js',
  globalTeardown: '<rootDir>/tests/global-teardown.js',
};

export default {
  // A limit for what hangs; it lies above that of `waitUntil`, which says what was waited for.
  testTimeout: 300_000,
  coverageProvider: 'v8',
  // Of the product's own code; a `main.ts` only starts a process.
  collectCoverageFrom: ['{apps,libs}/*/src/**/*.ts', '!**/*.{spec,fixture}.ts', '!**/main.ts'],
  projects: [
    project('unit', ['<rootDir>/{apps,libs,scripts}/**/*.spec.ts']),
    project('bus', ['<rootDir>/tests/bus/**/*.test.ts'], servers),
    project('integration', ['<rootDir>/tests/integration/**/*.test.ts'], servers),
    // Programs that need neither broker nor database: the command line, the simulator, another ticket system.
    project('standalone', ['<rootDir>/tests/standalone/**/*.test.ts']),
    project('browser', ['<rootDir>/tests/browser/**/*.test.ts']),
  ],
};
