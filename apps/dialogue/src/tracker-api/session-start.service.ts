import { Injectable } from '@nestjs/common';
import { type Envelope } from '#contracts';
import { DialogueEngine, type Tracker } from '#dialogue-engine';
import { TurnRunner, type FinishedTurn } from '../turns/turn-runner.service.js';

const SESSION_START = 'action_session_start';

/** Starts the first session of a conversation that does not start with a message. */
@Injectable()
export class SessionStartService {
  constructor(
    private readonly turnRunner: TurnRunner,
    private readonly engine: DialogueEngine,
  ) {}

  /** Takes the turn that starts the session; advances the tracker. */
  begin(tracker: Tracker, messageId: string, outputChannel: string, cause: Envelope): Promise<FinishedTurn> {
    const origin = { messageId, inputChannel: outputChannel, outputChannel };
    return this.turnRunner.run(origin, cause, (ports) =>
      this.engine.executeAction(tracker, SESSION_START, outputChannel, ports),
    );
  }
}
