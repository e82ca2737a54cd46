import { generate } from 'selfsigned';

export interface ServerCertificate {
  key: string;
  cert: string;
  /** The authority that clients must trust, as PEM. */
  ca: string;
}

const name = (commonName: string) => [{ name: 'commonName', value: commonName }];
const strong = { keyType: 'ec', algorithm: 'sha256' } as const;

/** A certificate for this machine's own addresses, signed by an authority made for it. */
export async function makeCertificate(): Promise<ServerCertificate> {
  const authority = await generate(name('ServiceNow simulator CA'), {
    ...strong,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate(name('localhost'), {
    ...strong,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { key: server.private, cert: server.cert, ca: authority.cert };
}
