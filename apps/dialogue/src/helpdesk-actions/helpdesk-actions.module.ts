import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { type Assistant } from '#assistant';
import { ASSISTANT } from '../actions/assistant.token.js';
import { ActionRegistry } from '../actions/action.registry.js';
import { AskIncidentNumber, ChangeIncident, ValidateChangeIncidentForm } from './change-incident.actions.js';
import { AskEmail, ValidateIncidentStatusForm, ValidateOpenIncidentForm } from './form.actions.js';
import { Handoff, HandoffOptions } from './handoff.actions.js';
import { AskOneTimeCode, ValidateIdentityForm } from './identity.actions.js';
import { IncidentClient } from './incident.client.js';
import { TellOutcome, TellUpdate } from './notification.actions.js';
import { CheckIncidentStatus, OpenIncident, RateIncident } from './incident.actions.js';

const BUNDLED_ACTIONS = [
  IncidentClient,
  AskEmail,
  ValidateOpenIncidentForm,
  ValidateIncidentStatusForm,
  OpenIncident,
  CheckIncidentStatus,
  RateIncident,
  AskOneTimeCode,
  ValidateIdentityForm,
  ValidateChangeIncidentForm,
  AskIncidentNumber,
  ChangeIncident,
  TellOutcome,
  TellUpdate,
  HandoffOptions,
  Handoff,
];

/** The actions that ship with the product, and the registry that finds the actions of every module by `@Action`. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: ActionRegistry,
      inject: [DiscoveryService],
      useFactory: (discovery: DiscoveryService) => new ActionRegistry(discovery.getProviders()),
    },
  ],
  exports: [ActionRegistry],
})
export class HelpdeskActionsModule {
  /** @param usesBundledActions with false, only actions of other modules are in the registry */
  static with(assistant: Assistant, usesBundledActions: boolean): DynamicModule {
    return {
      module: HelpdeskActionsModule,
      providers: [{ provide: ASSISTANT, useValue: assistant }, ...(usesBundledActions ? BUNDLED_ACTIONS : [])],
      exports: [ASSISTANT],
    };
  }
}
