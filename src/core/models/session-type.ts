/** What the file of a session says it is, in its first bytes. */
export const SESSION_TYPE = 'application/x-fast-ablation-cam-session';
