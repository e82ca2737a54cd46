/** A refusal in the envelope of the platform's REST APIs. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly detail: string | null = null,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const noRecord = (): ApiError =>
  new ApiError(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");

export const noResource = (): ApiError => new ApiError(400, 'Requested URI does not represent any resource');

export const refusedByAccess = (operation: 'Insert' | 'Update' | 'Delete'): ApiError =>
  new ApiError(403, 'Operation Failed', `ACL Exception ${operation} Failed due to security constraints`);

export const refusedByPolicy = (fields: readonly string[]): ApiError =>
  new ApiError(
    403,
    'Operation Failed',
    `Data Policy Exception: The following fields are mandatory: ${fields.join(', ')}`,
  );

/** @param rule its name and the sys_id of the rule. */
export const refusedByRule = (table: string, rule: string, ruleId: string): ApiError =>
  new ApiError(
    403,
    'Operation Failed',
    `Operation against file '${table}' was aborted by Business Rule '${rule}^${ruleId}'. Business Rule Stack:${rule}`,
  );
