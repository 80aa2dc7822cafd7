/** What this is called in names of files and formats, and on the command line. */
export const APP_NAME = 'fast-ablation-cam';
