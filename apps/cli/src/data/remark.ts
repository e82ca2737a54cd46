import { type Finding } from '#assistant';

/** A remark about an assistant. A note is only information and never a reason to fail. */
export interface Remark extends Omit<Finding, 'level'> {
  level: Finding['level'] | 'note';
}
