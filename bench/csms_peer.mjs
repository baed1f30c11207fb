// A minimal CSMS on npm ocpp-rpc with strict schemas: the peer that ./dev bench server measures beside ours. It checks every message
// against the official schemas and answers at once; it stores nothing.
//
// usage: csms_peer.mjs --modules DIR --deflate yes|no; prints its port
import {loadPackage, parseOptions, SUBPROTOCOL} from '../tests/ocpp/peer.mjs';

const options = parseOptions(process.argv.slice(2));
const {RPCServer} = loadPackage(options.modules)('ocpp-rpc');
const server = new RPCServer({protocols: [SUBPROTOCOL], strictMode: true, wssOptions: {perMessageDeflate: options.deflate === 'yes'}});
server.auth((accept) => accept());
server.on('client', (client) => {
    client.handle('Heartbeat', () => ({currentTime: new Date().toISOString()}));
    client.handle('TransactionEvent', () => ({}));
});
const http = await server.listen(0, '127.0.0.1');
console.log(http.address().port);
