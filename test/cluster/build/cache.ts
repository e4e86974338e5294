import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Product, Report } from './product.ts';

/** Where built products are kept: outside the tree, shared by all checkouts. */
const cacheRoot = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tcpshift', 'cluster');

/** The product's folder in the cache. Its name carries a hash of everything that decides the outcome, so a changed pin is a new folder. */
export async function productDir(product: Product): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, product.recipe]));
  for (const lock of product.locks) hash.update(await readFile(lock));
  return join(cacheRoot, `${product.name}-${hash.digest('hex').slice(0, 16)}`);
}

/** The products that the cache lacks. */
export async function missing(products: readonly Product[]): Promise<Product[]> {
  const dirs = await Promise.all(products.map(productDir));
  return products.filter((_, index) => !existsSync(dirs[index]!));
}

/** Builds the products one after another; each appears in the cache whole or not at all. */
export async function buildAll(products: readonly Product[], report: Report): Promise<void> {
  for (const [index, product] of products.entries()) {
    const label = `build ${index + 1}/${products.length} ${product.name}`;
    const started = performance.now();
    const elapsed = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
    await build(product, (line) => report(`${label}: ${line} (${elapsed()})`));
    report(`${label}: done in ${elapsed()}`);
  }
}

async function build(product: Product, report: Report): Promise<void> {
  const dir = await productDir(product);
  const part = `${dir}.part-${process.pid}`;
  await mkdir(part, { recursive: true });
  try {
    await product.build(part, report);
    await rename(part, dir);
  } catch (error) {
    // Another run that built the same product in the meantime has done this one's work.
    if (!existsSync(dir)) throw error;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
