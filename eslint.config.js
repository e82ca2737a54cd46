import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.data/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      // Handlers and ports are asynchronous by contract, also where an implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'PropertyDefinition > PrivateIdentifier',
          message: 'Write private instead of #, as everywhere here.',
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.module.ts', '**/*.controller.ts', '**/*.handler.ts', '**/*.service.ts'],
    // Nest reads constructor parameter types at run time: a type-only import would erase them.
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['bin/**', 'scripts/**/*.js', '*.js', 'tests/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(['process', 'console', 'URL'].map((name) => [name, 'readonly'])),
    },
  },
  {
    files: ['apps/webchat/**/*.js', 'apps/incident/desk/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'window',
          'document',
          'localStorage',
          'crypto',
          'io',
          'URL',
          'console',
          'setTimeout',
          'clearTimeout',
          'confirm',
          'requestAnimationFrame',
          'navigator',
          'HTMLElement',
          'location',
          'sessionStorage',
          'fetch',
          'URLSearchParams',
          'FormData',
          'setInterval',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
