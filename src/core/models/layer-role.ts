/** What a layer is in the course of a network: where something is computed, and where branches meet. */
export type LayerRole = 'input' | 'convolution' | 'dense' | 'pooling' | 'merge' | 'other';
