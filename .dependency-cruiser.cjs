/** The import rules of the architecture. Each rule states its reason. */
const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    only('no-circular', 'A cycle means that two rooms are one.', {}, { circular: true }),
    only(
      'no-undeclared-package',
      'What is imported must be in package.json, or a fresh install breaks.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    ),
    only('no-unresolvable', 'The import leads nowhere.', { pathNot: '^apps/webchat' }, { couldNotResolve: true }),
    only(
      'apps-are-separate',
      'Services meet on the bus, never in memory; only apps/cli composes them.',
      { path: '^apps/([^/]+)/', pathNot: '^apps/cli/' },
      { path: '^apps/', pathNot: '^apps/($1|servicenow-simulator)/' },
    ),
    only(
      'simulator-is-no-part-of-a-service',
      'People and specs run the simulator; a service talks to it over HTTP only.',
      { path: '^(apps|libs)/', pathNot: '^apps/(cli|servicenow-simulator)/|[.](spec|fixture)[.]ts$' },
      { path: '^apps/servicenow-simulator/' },
    ),
    only('libs-know-no-app', 'A library serves every app.', { path: '^libs/' }, { path: '^apps/' }),
    only(
      'libs-by-their-door',
      'A library is used through its index, so that its inside can change.',
      { path: '^(apps|tests|scripts)/' },
      {
        path: '^libs/[^/]+/src/(?!index\\.ts$)',
        pathNot: '^libs/(assistant/src/model|training/src/files)/index\\.ts$',
      },
    ),
    only(
      'nobody-needs-scripts',
      "Developers' tools use the product, which works and is tested without them.",
      { pathNot: '^scripts/' },
      { path: '^scripts/' },
    ),
    only(
      'contracts-import-nothing',
      'Messages are the vocabulary that everyone shares; they depend on no code of ours.',
      { path: '^libs/contracts/', pathNot: '\\.spec\\.ts$' },
      { path: '^(libs/(?!contracts/)|apps/)' },
    ),
    only(
      'engines-are-pure',
      'Engines decide; they know no framework and none of our I/O libraries, so tests and tools can run them anywhere.',
      { path: '^libs/(nlu-engine|dialogue-engine)/', pathNot: '[.]spec[.]ts$' },
      {
        path: [
          '^node_modules/(@nestjs|rxjs|amqplib|pg|drizzle-orm|axios|pino)/',
          '^libs/(bus|store|service|testing)/',
          '^apps/',
        ],
      },
    ),
    only(
      'engines-read-no-files',
      'Engines take what an assistant is from its model; the readers of files stay outside.',
      { path: '^libs/(nlu-engine|dialogue-engine)/', pathNot: '[.](spec|fixture)[.]ts$' },
      { path: '^libs/assistant/src/(?!model/)' },
    ),
    only(
      'engines-do-no-io',
      'What an engine knows of the world is passed to it.',
      { path: '^libs/(nlu-engine|dialogue-engine)/', pathNot: '[.]spec[.]ts$' },
      {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|http|https|http2|dgram|child_process|worker_threads|timers)',
      },
    ),
    only(
      'amqp-in-the-bus-only',
      'Delivery guarantees are decided in one place.',
      { pathNot: '^(libs/bus/|tests/|scripts/)' },
      { path: '^node_modules/amqplib/' },
    ),
    only(
      'sql-drivers-in-the-store-only',
      'Where data lives is decided in one place.',
      { pathNot: '^(libs/store/|tests/)' },
      { path: '^node_modules/(pg|@electric-sql/pglite)/' },
    ),
    only(
      'testing-is-for-tests',
      'Product code does not lean on test fixtures.',
      { path: '^(apps|libs)/', pathNot: '[.](spec|fixture)[.]ts$' },
      { path: '^tests/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
    },
  },
};
