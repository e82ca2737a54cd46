import { type CanActivate, Injectable } from '@nestjs/common';
import { Problem } from '#service';
import { TurnLanes } from '../accept-message/conversation-queue.service.js';

/** Lets nothing through between `DELETE /model` and the next `PUT /model`. */
@Injectable()
export class NeedsModel implements CanActivate {
  constructor(private readonly lanes: TurnLanes) {}

  canActivate(): boolean {
    if (this.lanes.isClosed) throw new Problem(409, { detail: 'No model is loaded. Load one with PUT /model.' });
    return true;
  }
}
