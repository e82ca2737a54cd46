/** A backend calls this when it learns of a change, so that the core need not wait for the next poll. */
export abstract class ChangeListener {
  /**
   * Reads the incident and notifies its followers of changes. A call for an unchanged incident, or one that nobody
   * follows, is harmless.
   * @throws BackendFailure when the incident cannot be read now; the next poll will find the change anyway
   */
  abstract incidentChanged(number: string): Promise<void>;
}
