/** A stored value and what people see. */
export type Choices = Readonly<Record<string, string>>;

const level: Choices = { 1: '1 - High', 2: '2 - Medium', 3: '3 - Low' };

/** The values of choice fields on a plain instance. */
export const choices = {
  impact: level,
  urgency: level,
  severity: level,
  priority: { 1: '1 - Critical', 2: '2 - High', 3: '3 - Moderate', 4: '4 - Low', 5: '5 - Planning' },
  // 4 is left over from before the state model of today: records of upgraded instances still have it.
  state: {
    1: 'New',
    2: 'In Progress',
    3: 'On Hold',
    4: 'Awaiting User Info',
    6: 'Resolved',
    7: 'Closed',
    8: 'Canceled',
  },
  hold_reason: { 1: 'Awaiting Caller', 5: 'Awaiting Change', 3: 'Awaiting Problem', 4: 'Awaiting Vendor' },
  close_code: Object.fromEntries(
    [
      'Duplicate',
      'Known error',
      'No resolution provided',
      'Resolved by caller',
      'Resolved by change',
      'Resolved by problem',
      'Resolved by request',
      'Solution provided',
      'User error',
      'Workaround provided',
    ].map((code) => [code, code]),
  ),
  contact_type: {
    chat: 'Chat',
    email: 'Email',
    phone: 'Phone',
    'self-service': 'Self-service',
    virtual_agent: 'Virtual Agent',
    'walk-in': 'Walk-in',
  },
  category: {
    database: 'Database',
    hardware: 'Hardware',
    inquiry: 'Inquiry / Help',
    network: 'Network',
    password_reset: 'Password Reset',
    software: 'Software',
  },
  subcategory: {
    email: 'Email',
    'operating system': 'Operating System',
    disk: 'Disk',
    keyboard: 'Keyboard',
    vpn: 'VPN',
    wireless: 'Wireless',
  },
  escalation: { 0: 'Normal', 1: 'Moderate', 2: 'High', 3: 'Overdue' },
  notify: { 1: 'Do Not Notify', 2: 'Send Email' },
  approval: {
    'not requested': 'Not Yet Requested',
    requested: 'Requested',
    approved: 'Approved',
    rejected: 'Rejected',
  },
  change_state: { '-5': 'New', '-4': 'Assess', '-1': 'Implement', 0: 'Review', 3: 'Closed', 4: 'Canceled' },
  problem_state: { 101: 'New', 102: 'Assess', 103: 'Root Cause Analysis', 106: 'Resolved', 107: 'Closed' },
} satisfies Record<string, Choices>;
