import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '#service';
import { serviceNowConfig } from './servicenow.config.js';
import { ServiceNowSettings } from './servicenow.settings.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'servicenow-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, content);
  return path;
}

const configOf = (env: Record<string, string>) => serviceNowConfig(readSettings(ServiceNowSettings, env));

const LOGIN = { SERVICENOW_USER: 'svc', SERVICENOW_PASSWORD: 'secret' };

describe('The address of ServiceNow', () => {
  it('has no default', () => {
    expect(configOf({})).toBeUndefined();
  });

  it('can be set as a URL', () => {
    expect(configOf({ SERVICENOW_URL: 'https://acme.service-now.com/', ...LOGIN })).toMatchObject({
      origin: 'https://acme.service-now.com',
      credentials: { kind: 'basic', user: 'svc', password: 'secret' },
      account: 'svc',
      priorities: { low: { impact: '3', urgency: '2' }, high: { impact: '2', urgency: '1' } },
    });
  });

  it.each(['acme', 'acme.service-now.com', 'https://acme.service-now.com'])(
    'can be set as an instance name: %s',
    (name) => {
      expect(configOf({ SERVICENOW_INSTANCE: name, ...LOGIN })).toMatchObject({
        origin: 'https://acme.service-now.com',
      });
    },
  );

  it('is the public address unless another one is set', () => {
    const publicOrigin = 'https://support.acme.example';
    expect(configOf({ SERVICENOW_INSTANCE: 'acme', ...LOGIN })).toMatchObject({
      publicOrigin: 'https://acme.service-now.com',
    });
    expect(configOf({ SERVICENOW_INSTANCE: 'acme', SERVICENOW_PUBLIC_URL: publicOrigin, ...LOGIN })).toMatchObject({
      origin: 'https://acme.service-now.com',
      publicOrigin,
    });
    expect(() => configOf({ SERVICENOW_INSTANCE: 'acme', SERVICENOW_PUBLIC_URL: 'a b', ...LOGIN })).toThrow(
      /^SERVICENOW_PUBLIC_URL is not/,
    );
  });

  it('must be set only once', () => {
    expect(() => configOf({ SERVICENOW_URL: 'https://a.example', SERVICENOW_INSTANCE: 'a' })).toThrow(
      'Set one of SERVICENOW_URL and SERVICENOW_INSTANCE, not both.',
    );
  });

  it.each([
    'ftp://acme',
    'https://u:p@acme.example',
    'https://acme.example/path',
    'https://acme.example?a=b',
    '^',
    'a b',
  ])('is refused when it is invalid: %s', (address) => {
    expect(() => configOf({ SERVICENOW_URL: address, ...LOGIN })).toThrow(/is not the address of an instance/);
  });

  it('may use plain HTTP only on this machine, or when that is allowed', () => {
    expect(configOf({ SERVICENOW_URL: 'http://127.0.0.1:8080', ...LOGIN })).toMatchObject({
      origin: 'http://127.0.0.1:8080',
    });
    expect(() => configOf({ SERVICENOW_URL: 'http://acme.example', ...LOGIN })).toThrow(/must begin with https/);
    expect(configOf({ SERVICENOW_URL: 'http://acme.example', SERVICENOW_ALLOW_HTTP: 'true', ...LOGIN })).toMatchObject({
      origin: 'http://acme.example',
    });
  });
});

describe('Credentials', () => {
  const url = { SERVICENOW_URL: 'https://acme.example' };

  it('can be read from files, without their last line break', () => {
    const config = configOf({ ...url, SERVICENOW_USER: 'svc', SERVICENOW_PASSWORD_FILE: file('from a file\n') });
    expect(config).toMatchObject({ credentials: { password: 'from a file' } });
  });

  it('have four kinds', () => {
    const client = { SERVICENOW_CLIENT_ID: 'id', SERVICENOW_CLIENT_SECRET: 's' };
    const kinds = [
      { SERVICENOW_AUTH: 'basic', ...LOGIN },
      { SERVICENOW_AUTH: 'client-credentials', ...client },
      { SERVICENOW_AUTH: 'password', ...client, ...LOGIN },
      { SERVICENOW_AUTH: 'api-key', SERVICENOW_API_KEY_FILE: file('key') },
    ].map((env) => configOf({ ...url, ...env }));
    expect(kinds).toEqual([
      expect.objectContaining({ credentials: { kind: 'basic', user: 'svc', password: 'secret' } }),
      expect.objectContaining({ credentials: { kind: 'client-credentials', clientId: 'id', clientSecret: 's' } }),
      expect.objectContaining({
        credentials: { kind: 'password', clientId: 'id', clientSecret: 's', user: 'svc', password: 'secret' },
      }),
      expect.objectContaining({ credentials: { kind: 'api-key', key: 'key' } }),
    ]);
  });

  it('are all named in the error when they are missing', () => {
    expect(() => configOf({ ...url, SERVICENOW_AUTH: 'password', SERVICENOW_USER: 'svc' })).toThrow(
      'SERVICENOW_AUTH=password needs SERVICENOW_CLIENT_ID, SERVICENOW_CLIENT_SECRET or SERVICENOW_CLIENT_SECRET_FILE, ' +
        'SERVICENOW_PASSWORD or SERVICENOW_PASSWORD_FILE.',
    );
  });
});

describe('A credentials file', () => {
  const from = (yaml: string) => configOf({ SERVICENOW_CREDENTIALS_FILE: file(yaml) });

  it('contains instance, user and password', () => {
    expect(
      from('snow_instance: dev12345.service-now.com\nsnow_user: admin\nsnow_pw: 0042\nlocalmode: false\n'),
    ).toMatchObject({
      origin: 'https://dev12345.service-now.com',
      credentials: { kind: 'basic', user: 'admin', password: '0042' },
      account: 'admin',
    });
  });

  it('can select local mode, and then needs nothing else', () => {
    expect(from('snow_instance: ""\nlocalmode: True\n')).toBe('local-mode');
  });

  it('is refused with the names of its missing and unknown keys', () => {
    expect(() => from('snow_user: a\nsnow_password: b\n')).toThrow(
      'The file of SERVICENOW_CREDENTIALS_FILE: "snow_password" is unknown; localmode must be true (reach no instance) ' +
        'or false; snow_instance is missing; snow_pw is missing.',
    );
  });

  it.each(['[', '- a', '~', 'text'])('is refused when it has another structure: %j', (yaml) => {
    expect(() => from(yaml)).toThrow(/^The file of SERVICENOW_CREDENTIALS_FILE/);
  });
});
