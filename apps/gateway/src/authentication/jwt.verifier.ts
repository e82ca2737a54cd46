import { importSPKI, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';

/** Verifies JSON web tokens that are signed with one method and one key. The gateway verifies all its tokens here. */
export class JwtVerifier {
  private constructor(
    private readonly key: Parameters<typeof jwtVerify>[1],
    private readonly method: string,
  ) {}

  /**
   * @param secret the shared secret for HS256, HS384 and HS512; otherwise a public key in PEM
   * @throws Error when `method` needs a public key and `secret` is not one
   */
  static async with(secret: string, method: string): Promise<JwtVerifier> {
    if (method.startsWith('HS')) return new JwtVerifier(new TextEncoder().encode(secret), method);
    const key = await importSPKI(secret, method).catch((cause: unknown) => {
      throw new Error(`The key is not a public key in PEM, which ${method} needs.`, { cause });
    });
    return new JwtVerifier(key, method);
  }

  /**
   * The claims of a token with a valid signature, method and times.
   * @throws errors of jose, such as `JWTExpired`
   */
  async claims(token: string, options: Omit<JWTVerifyOptions, 'algorithms'> = {}): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, this.key, { ...options, algorithms: [this.method] });
    return payload;
  }
}
