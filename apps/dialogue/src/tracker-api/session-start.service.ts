import { Injectable } from '@nestjs/common';
import { type Envelope } from '#contracts';
import { DialogueEngine, type Tracker } from '#dialogue-engine';
import { Conductor, type ConductedTurn } from '../turns/turn-runner.service.js';

const SESSION_START = 'action_session_start';

/** Begins the first session of a conversation that no message began. */
@Injectable()
export class SessionStart {
  constructor(
    private readonly conductor: Conductor,
    private readonly engine: DialogueEngine,
  ) {}

  /** Advances the tracker. */
  begin(tracker: Tracker, messageId: string, outputChannel: string, cause: Envelope): Promise<ConductedTurn> {
    const origin = { messageId, inputChannel: outputChannel, outputChannel };
    return this.conductor.conduct(tracker, origin, cause, (ports) =>
      this.engine.executeAction(tracker, SESSION_START, outputChannel, ports),
    );
  }
}
