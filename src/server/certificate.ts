import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { SecureContextOptions } from "node:tls";
import { ColonnadeError, quote } from "../errors";

/** A private key and its certificate, each as PEM text or as the path of a file that holds it. */
export interface CertificateSource {
  readonly privkey: string;
  readonly cert: string;
}

/** A private key and its certificate, as Node takes them. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/**
 * Reads a private key and its certificate.
 *
 * @param options - those of TLS that they are to be used with, such as a `passphrase`.
 * @throws {ColonnadeError} `ERR_OPTION`; `ERR_CERTIFICATE`: a file can't be read, or they are no pair.
 */
export async function readKeyPair(
  { privkey, cert }: CertificateSource,
  options: SecureContextOptions,
): Promise<KeyPair> {
  checkTls(options);
  const pair = { key: await readPem(privkey, "privkey"), cert: await readPem(cert, "cert") };
  for (const [name, part] of [
    ["cert", { cert: pair.cert }],
    ["privkey", { key: pair.key }],
    ["privkey", pair], // a key that is not the certificate's
  ] as const) {
    try {
      createSecureContext({ ...options, ...part });
    } catch (cause) {
      throw badCertificate(name, part === pair ? "does not fit the cert" : "can't be used", cause);
    }
  }
  return pair;
}

/** What else TLS is told is no fault of the certificate's. */
function checkTls(options: SecureContextOptions): void {
  try {
    createSecureContext(options);
  } catch (cause) {
    const { message } = cause as Error; // Node's own
    throw new ColonnadeError("ERR_OPTION", `The TLS options of an HTTPServer can't be used: ${message}`, {
      cause,
    });
  }
}

async function readPem(given: string, name: string): Promise<string> {
  if (isPem(given)) return given;
  try {
    return await readFile(given, "utf8");
  } catch (cause) {
    throw badCertificate(name, `${quote(given)} can't be read`, cause);
  }
}

function isPem(text: string): boolean {
  return text.includes("-----BEGIN ");
}

function badCertificate(name: string, fault: string, cause: unknown): ColonnadeError {
  const { message } = cause as Error; // Node's own
  return new ColonnadeError("ERR_CERTIFICATE", `The ${name} of an HTTPServer ${fault}: ${message}`, {
    cause,
  });
}
