import { type Finding } from '#assistant';

/** What is said about an assistant. A note is good to know, and never a reason to fail. */
export interface Remark extends Omit<Finding, 'level'> {
  level: Finding['level'] | 'note';
}
