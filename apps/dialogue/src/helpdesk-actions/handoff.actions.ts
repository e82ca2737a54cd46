import { Inject } from '@nestjs/common';
import { type Assistant } from '#assistant';
import { type ActionResult, type Event } from '#dialogue-engine';
import { SETTINGS } from '#service';
import { type DialogueSettings } from '../settings/dialogue.settings.js';
import { ASSISTANT } from '../actions/assistant.token.js';
import { Action, slot, textSlot, type ActionContext, type CustomAction } from '../actions/action.js';

/** Offers the hosts as buttons. */
@Action('action_handoff_options')
export class HandoffOptions implements CustomAction {
  constructor(@Inject(ASSISTANT) private readonly assistant: Assistant) {}

  run(): Promise<ActionResult> {
    const hosts = Object.entries(this.assistant.handoffHosts);
    const isReachable = hosts.some(([, { url }]) => url);
    if (!isReachable) return Promise.resolve({ events: [], responses: [{ response: 'utter_no_handoff' }] });
    const buttons = hosts.map(([key, { title }]) => ({
      title,
      payload: `/trigger_handoff${JSON.stringify({ handoff_to: key })}`,
    }));
    return Promise.resolve({ events: [], responses: [{ response: 'utter_ask_handoff_host', buttons }] });
  }
}

/** Hands the conversation to the chosen host, or tells the client to do so if the client can switch hosts itself. */
@Action('action_handoff')
export class Handoff implements CustomAction {
  private readonly clientChannels: string[];

  constructor(
    @Inject(ASSISTANT) private readonly assistant: Assistant,
    @Inject(SETTINGS) { CLIENT_HANDOFF_CHANNELS }: DialogueSettings,
  ) {
    this.clientChannels = CLIENT_HANDOFF_CHANNELS.split(',').map((channel) => channel.trim());
  }

  run({ tracker, inputChannel, isFromHost, handOver }: ActionContext): Promise<ActionResult> {
    const key = textSlot(tracker, 'handoff_to');
    const host = Object.hasOwn(this.assistant.handoffHosts, key) ? this.assistant.handoffHosts[key] : undefined;
    // Nothing follows the farewell. A form that is still open asks again when the person comes back.
    const events: Event[] = [slot('handoff_to', null), { event: 'followup', name: 'action_listen' }];
    if (!host?.url) {
      return Promise.resolve({ events: [slot('handoff_to', null)], responses: [{ response: 'utter_no_handoff' }] });
    }
    const started = { response: 'utter_handoff_started', title: host.title };
    if (isFromHost || this.clientChannels.includes(inputChannel)) {
      const custom = { handoff_host: host.url, title: host.title };
      return Promise.resolve({ events, responses: [started, { custom }] });
    }
    handOver(key);
    return Promise.resolve({ events, responses: [started] });
  }
}
