/** A program that a product's build calls. */
export type Tool = 'go' | 'pip' | 'python3';

/** Takes one line about the progress of a build. */
export type Report = (line: string) => void;

/** Something that the cache holds: programs or files of one component, made from pinned packages. */
export interface Product {
  /** Its folder in the cache, and its name in progress lines. */
  name: string;
  tool: Tool;
  /** Lock files, relative to the repository; a change to any of them makes a new product. */
  locks: readonly string[];
  /** The rest of what decides the outcome: flags, names of packages. */
  recipe: unknown;
  /** Fills the folder `into`. Rejects with execa's error, whose message holds the tool's own output. */
  build(into: string, report: Report): Promise<void>;
}

/** The folder of a component's own module or requirements file. */
export function componentDir(component: string): string {
  return `test/cluster/components/${component}`;
}
