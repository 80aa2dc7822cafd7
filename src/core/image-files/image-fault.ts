/**
 * What is wrong with an image's file, as a sentence goes on after the file's name: "is cut short; please get the whole file again".
 * Whoever knows the name makes the whole sentence of it.
 */
export class ImageFault extends Error {}

export function damaged(what: string): ImageFault {
  return new ImageFault(`is damaged (${what}); please get it again`);
}

export function cutShort(): ImageFault {
  return new ImageFault('is cut short; please get the whole file again');
}
