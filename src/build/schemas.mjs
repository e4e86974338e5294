// Makes src/schema/generated/ from the packages that define the Kubernetes kinds.
import { mkdirSync } from 'node:fs';

mkdirSync('src/schema/generated', { recursive: true });
