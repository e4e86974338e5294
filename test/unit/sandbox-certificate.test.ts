import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCertificate } from '../../src/sandbox/api/certificate.ts';

it('a certificate is valid now, for the loopback alone, and signs itself', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const { key, cert } = createCertificate(now);
  const read = new X509Certificate(cert);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(read.checkHost('localhost')).toBe('localhost');
  expect(read.checkIP('127.0.0.2')).toBeUndefined();
  expect(read.ca).toBe(true);
  expect(Date.parse(read.validFrom)).toBe(now - 60_000);
  expect(Date.parse(read.validTo)).toBe(now + 30 * 86_400_000);
});

it('every certificate can be read, and none has another’s serial number', () => {
  const serials = new Set<string>();
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2020), max: Date.UTC(2049, 10) }), (now) => {
      const read = new X509Certificate(createCertificate(now).cert);
      expect(serials.has(read.serialNumber)).toBe(false);
      serials.add(read.serialNumber);
      return read.verify(read.publicKey);
    }),
    { numRuns: 50 },
  );
});
