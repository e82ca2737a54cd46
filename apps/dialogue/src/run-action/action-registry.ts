import { Injectable } from '@nestjs/common';
import { type ActionResult } from '#dialogue-engine';
import { type Action, type ActionContext } from './action.js';
import { AskEmail, ValidateIncidentStatusForm, ValidateOpenIncidentForm } from './form.actions.js';
import { Handoff, HandoffOptions } from './handoff.actions.js';
import { CheckIncidentStatus, OpenIncident } from './incident.actions.js';

/** The classes of all actions, for the module and the registry. */
export const actionClasses = [
  AskEmail,
  ValidateOpenIncidentForm,
  ValidateIncidentStatusForm,
  OpenIncident,
  CheckIncidentStatus,
  HandoffOptions,
  Handoff,
] as const;

/** Finds actions by the names that the domain lists. */
@Injectable()
export class ActionRegistry {
  private readonly actions = new Map<string, Action>();

  /** @throws Error for two actions of one name. */
  constructor(actions: Action[]) {
    for (const action of actions) {
      if (this.actions.has(action.name)) throw new Error(`Two actions are named ${action.name}.`);
      this.actions.set(action.name, action);
    }
  }

  /** Names that the assistant lists and nobody implements. */
  missing(names: readonly string[]): string[] {
    return names.filter((name) => !this.actions.has(name));
  }

  run(context: ActionContext): Promise<ActionResult> {
    const action = this.actions.get(context.name);
    if (!action) throw new Error(`There is no action ${context.name}.`);
    return action.run(context);
  }
}
