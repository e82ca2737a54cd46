import { describe, expect, it } from '@jest/globals';
import { ActionServerFixture, logger, NOWHERE } from './action-server.fixture.js';
import { ActionServers } from './action-servers.js';

const fixture = new ActionServerFixture();

describe('Several action servers', () => {
  const servers = () =>
    new ActionServers(
      [
        { ...NOWHERE, url: 'http://hr/webhook', prefixes: ['action_hr_', 'validate_leave'] },
        { ...NOWHERE, url: 'http://pay/webhook', prefixes: ['action_hr_pay_'] },
        { ...NOWHERE, url: 'http://rest/webhook' },
      ],
      fixture.requestsOf(),
      logger,
    );

  it.each([
    ['action_hr_leave', 'http://hr/'],
    ['validate_leave_form', 'http://hr/'],
    ['action_hr_pay_slip', 'http://pay/'],
    ['action_other', 'http://rest/'],
  ])('share the actions by the longest prefix: %s runs on %s', (action, address) => {
    expect(servers().serverOf(action)?.health).toContain(address);
  });

  it('do not run an action without a matching prefix when no server takes the rest', () => {
    const only = new ActionServers([{ ...NOWHERE, prefixes: ['action_hr_'] }], fixture.requestsOf(), logger);
    expect(only.serverOf('action_other')).toBeUndefined();
  });
});
