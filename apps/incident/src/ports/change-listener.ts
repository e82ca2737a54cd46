/** What a backend calls when it learns that an incident changed, so that the core need not wait for its next reading. */
export abstract class ChangeListener {
  /**
   * Reads the incident and notifies those who follow it of what is new. Calling it for an incident that did not change,
   * or that nobody follows, does no harm.
   * @throws BackendFailure when the incident cannot be read now; the next reading of changes brings it all the same
   */
  abstract incidentChanged(number: string): Promise<void>;
}
