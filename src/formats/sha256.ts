import { AppError } from '../core/app-error.ts';

/**
 * The SHA-256 of the bytes, in hex.
 *
 * @throws AppError where the browser withholds its cryptography: on pages that are neither encrypted nor local.
 */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new AppError(
      'backend-unavailable',
      'The model’s files cannot be checked here; please open this page over https or from localhost.',
    );
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
