/** Which files a model may be, as the page says it: the list of formats knows. */
export interface ReadableModels {
  /** “a Keras model (…)”, “a tf.js model (…)” and so on. */
  readonly atLength: readonly string[];
  /** What a URL may end in: “.keras, … or .safetensors”. */
  readonly atUrl: string;
}
