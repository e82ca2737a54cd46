import { type CanActivate, Injectable } from '@nestjs/common';
import { Problem } from '#service';
import { ConversationQueue } from '../accept-message/conversation-queue.service.js';

/** Refuses all requests between `DELETE /model` and the next `PUT /model`. */
@Injectable()
export class NeedsModelGuard implements CanActivate {
  constructor(private readonly queue: ConversationQueue) {}

  canActivate(): boolean {
    if (this.queue.isClosed) throw new Problem(409, { detail: 'No model is loaded. Load one with PUT /model.' });
    return true;
  }
}
