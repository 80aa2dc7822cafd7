export interface SessionSlice {
  /** Reopens what was saved: its images join those that are here, and its view takes the place of the one on screen. */
  openSession(file: File): Promise<void>;
}
