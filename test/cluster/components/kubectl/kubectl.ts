import { kubectls } from '../../build/kubectls.ts';

/** Three ages of kubectl, and the newest that is published this way. */
export const kubectlReleases = ['1.27', '1.30', '1.33', '1.36'] as const;

export const kubectlPrograms = kubectls(kubectlReleases);
