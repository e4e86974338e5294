import type { PodPages } from './pages.ts';

/** Pages of which each is asked for once, whoever reads it. It serves one operation: what changes later it does not see. */
export function pagesOnce(pages: PodPages): PodPages {
  const answers = new Map<string, Promise<string>>();
  return {
    get(page) {
      const { namespace, pod, port, path } = page;
      const key = JSON.stringify([namespace, pod, port, path]);
      const answer = answers.get(key) ?? pages.get(page);
      answers.set(key, answer);
      return answer;
    },
    close: () => pages.close(),
  };
}
