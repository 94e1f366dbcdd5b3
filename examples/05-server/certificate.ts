import { generate } from "selfsigned";

/** A private key and a certificate for `localhost`, which nobody but this process vouches for. */
export async function makeCertificate(): Promise<{ readonly privkey: string; readonly cert: string }> {
  const name = [{ name: "commonName", value: "localhost" }];
  const altNames = [
    { type: 2 as const, value: "localhost" },
    { type: 7 as const, ip: "127.0.0.1" },
  ];
  const { private: privkey, cert } = await generate(name, {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames }],
  });
  return { privkey, cert };
}
