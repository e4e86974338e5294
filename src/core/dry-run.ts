/** Whether a write is for real, is only worked out here, or is submitted to the server without being kept; kubectl's words. */
export type DryRun = 'none' | 'client' | 'server';
