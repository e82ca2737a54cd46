import { oauthClients, ServiceNowSim, type ServiceNowSimOptions } from '#servicenow-simulator';
import { describeBackend, type BackendHarness } from '../backend-contract.fixture.js';
import { type Capabilities } from '../../ports/incident-backend.js';
import { observedBackend } from './backend.fixture.js';
import { type ServiceNowConfig } from './client/servicenow.config.js';

const everything: Capabilities = {
  keepsIncidents: true,
  knowsCallers: true,
  transitions: ['resolve', 'cancel', 'reopen', 'escalate'],
  files: true,
  articles: true,
  createHorizonMs: 90_000,
};

const asynchronously = (work: () => unknown) => Promise.resolve().then(() => void work());

async function harness(
  options: ServiceNowSimOptions = {},
  config: Partial<ServiceNowConfig> = {},
): Promise<BackendHarness> {
  const sim = await ServiceNowSim.start(options);
  const { backend } = observedBackend(sim.url, { ...config, ...(sim.ca && { ca: sim.ca }) });
  return {
    backend,
    callers: ['abraham.lincoln@example.com', 'ana.ruiz@example.com'],
    stranger: 'nobody@example.com',
    desk: {
      comment: (number, text) => asynchronously(() => sim.agent.comment(number, text)),
      note: (number, text) => asynchronously(() => sim.agent.workNote(number, text)),
      move: (number, to) =>
        asynchronously(() => {
          if (to === 'in-progress') sim.agent.assign(number);
          else if (to === 'resolved') sim.agent.resolve(number);
          else sim.agent.close(number);
        }),
    },
    close: async () => {
      backend.client.close();
      await sim.close();
    },
  };
}

describeBackend('servicenow', everything, () => harness());

// It is not documented how instances behave here; callers must notice no difference.
describeBackend('servicenow on an instance of another kind', everything, () =>
  harness(
    {
      https: true,
      config: {
        caretEscape: false,
        endMarkEndsQuery: false,
        ignoreCase: false,
        queryDatesInUserZone: true,
        strictPaging: true,
        refuseLongTexts: true,
        refuseDanglingReferences: true,
        refuseUnknownChoices: true,
        uniqueCorrelationId: true,
        clientChosenIds: false,
        journalTableReadable: false,
        otherUnauthenticatedWording: true,
        restrictBasicAuth: true,
      },
    },
    {
      credentials: {
        kind: 'client-credentials',
        clientId: oauthClients.helpdesk.clientId,
        clientSecret: oauthClients.helpdesk.clientSecret,
      },
    },
  ),
);
