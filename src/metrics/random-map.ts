/** The map that knows nothing, which others are compared with: what it is called beside the methods. */
export const RANDOM_MAP = { id: 'random', title: 'Random map' } as const;
