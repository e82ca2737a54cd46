import { Module } from '@nestjs/common';
import { IdentityTokenVerifier } from '../authentication/identity-token.verifier.js';
import { ConversationQueue } from './conversation-queue.service.js';

/** The parts that every channel needs: the queue of a conversation's messages, and the verifier of identity tokens. */
@Module({ providers: [ConversationQueue, IdentityTokenVerifier], exports: [ConversationQueue, IdentityTokenVerifier] })
export class AcceptMessageModule {}
