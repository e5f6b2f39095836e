// A certified OpenID Connect provider (oidc-provider, MIT) on a free loopback port, for tests.
// Prints its issuer as one line of JSON. PUT /test/accounts/<login> with JSON sets the claims of that login.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [redirectUri] = process.argv.slice(2);
const accounts = new Map();
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'metacortex',
        client_secret: 'a secret of tests, long enough to be one',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // With an e-mail address in the ID token or, as OpenID Connect Core 5.4 has it, only at the userinfo endpoint.
    conformIdTokenClaims: process.env.CLAIMS_IN_ID_TOKEN !== 'yes',
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts.get(sub) }) }),
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    const found = request.method === 'PUT' && request.url.match(/^\/test\/accounts\/([\w-]+)$/);
    if (!found) {
      answer(request, response);
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    accounts.set(found[1], JSON.parse(body));
    response.writeHead(204).end();
  });
  console.log(JSON.stringify({ issuer }));
});
// Ends with the test run that started it, however that ends.
process.stdin.resume().on('end', () => process.exit(0));
