/** How links name samples: by their files' names without the ending. */

export function sampleStem(name: string): string {
  return name.replace(/\.[A-Za-z0-9]{1,5}$/, '');
}

/** The sample that a link means; null where there is none of that name. */
export function sampleNamed<Named extends { readonly name: string }>(samples: readonly Named[], text: string): Named | null {
  const wanted = text.toLowerCase();
  return samples.find(({ name }) => [name, sampleStem(name)].some((own) => own.toLowerCase() === wanted)) ?? null;
}
