import { createHmac } from 'node:crypto';
import { type Helpdesk } from './helpdesk.js';

export interface WebhookCall {
  body: string;
  headers: Record<string, string>;
}

export const webhookUrl = (desk: Helpdesk): string => `${desk.stack.services.incident.url}/webhooks/servicenow`;

/** Signs a webhook call with a secret, as of `ageS` seconds ago. */
export function signedCall(body: string, secret: string, ageS = 0): WebhookCall {
  const timestamp = String(Math.floor(Date.now() / 1_000) - ageS);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { body, headers: { 'x-hd-timestamp': timestamp, 'x-hd-signature': `sha256=${signature}` } };
}

/** Sends a webhook call and resolves with the status of the answer. */
export async function sendCall(desk: Helpdesk, { body, headers }: WebhookCall): Promise<number> {
  const response = await fetch(webhookUrl(desk), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return response.status;
}
