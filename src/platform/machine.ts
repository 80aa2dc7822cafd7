/** What the browser says of the device. Some say nothing of its memory, or less than there is. */
export function machine(): { readonly cores: number; readonly memoryGb: number | null } {
  const memoryGb = 'deviceMemory' in navigator && typeof navigator.deviceMemory === 'number' ? navigator.deviceMemory : null;
  return { cores: navigator.hardwareConcurrency || 1, memoryGb };
}
