/** Priority by impact and urgency, each 1 to 3, as a plain instance looks it up; empty where one of them is neither. */
export function priorityOf(impact: string, urgency: string): string {
  const [high, wide] = [Number(impact), Number(urgency)];
  const isLevel = (level: number): boolean => level === 1 || level === 2 || level === 3;
  return isLevel(high) && isLevel(wide) ? String(high + wide - 1) : '';
}
