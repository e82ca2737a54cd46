import { type PipeTransform } from '@nestjs/common';
import { Problem } from '#service';
import { idProblem } from './message.validation.js';

/** Validates the conversation id in a path. */
export class ConversationIdPipe implements PipeTransform {
  transform(value: unknown): string {
    const problem = idProblem('The conversation id', value);
    if (problem) throw new Problem(400, { detail: `${problem}.` });
    return value as string;
  }
}
