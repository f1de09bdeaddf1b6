# Completion of wallet for fish: generated from its table of commands.

# The commands at a path with their meanings.
function __wallet_commands
    switch $argv[1]
        case ''
            printf '%s\t%s\n' \
                init 'make a wallet' \
                restore 'make a wallet from its words' \
                demo 'tell the whole story in a temporary directory' \
                address 'list, make and show addresses' \
                contact 'name other people\'s addresses' \
                unit 'define and list units of account' \
                key 'import, export and protect keys' \
                clone 'make another replica of a wallet, on another device' \
                sync 'merge with your other devices' \
                bundle 'carry documents to another device in a file' \
                device 'the devices of a wallet that is on several' \
                lease 'which device seals' \
                retry 'clear again what a merge has taken back' \
                cancel 'take back a promise that waits to clear' \
                sync-serve 'answer another replica over standard input and output' \
                peer 'name other domains, and deal with them' \
                user 'pay for others, who show a token' \
                invite 'let others clear in this domain' \
                issue 'promise units that you issue' \
                pay 'promise units that you hold' \
                limit 'sign a limit of a counter' \
                sign 'add this wallet\'s signatures to documents' \
                clear 'clear promises against balances' \
                balance 'show balances' \
                log 'show what has cleared' \
                show 'print a document by its hash' \
                watch 'tell what happens, as it happens' \
                serve 'serve this domain to others over HTTP' \
                send 'send documents to other wallets' \
                inbox 'what other wallets have sent' \
                request 'ask to be paid' \
                requests 'list, show and cancel requests for payment' \
                proxy 'relay payments to wallets that nobody can reach' \
                channel 'leave messages for others, and read theirs later' \
                coin 'keep, pay and receive bitcoins, with what proves them' \
                paymail 'be paid under a name: alice@example.com' \
                seal 'seal the open block' \
                prove 'prove what stands in the log, to anybody, offline' \
                verify 'verify documents, proofs, checkpoints and segments, offline' \
                checkpoint 'print the signed checkpoint of the log' \
                witness 'cosign other domains\' checkpoints' \
                audit 'replay a log by a second implementation of the rules' \
                headers 'keep Bitcoin\'s block headers, and verify proofs by them' \
                fsck 'verify every byte of the wallet' \
                reindex 'rebuild the index, verifying everything' \
                hook 'run your programs when something happens' \
                config 'read and write settings' \
                help 'show the manual of a command' \
                completion 'print a completion script for a shell' \
                version 'show the version'
        case address
            printf '%s\t%s\n' \
                list 'list own addresses' \
                new 'derive a new address' \
                puzzle 'make an address that several keys share' \
                show 'print the address of a name'
        case contact
            printf '%s\t%s\n' \
                list 'list contacts' \
                add 'name an address' \
                remove 'forget a contact'
        case unit
            printf '%s\t%s\n' \
                list 'list units' \
                new 'define a unit that you issue' \
                show 'show a unit'
        case key
            printf '%s\t%s\n' \
                export 'print a private key' \
                import 'take a private key in' \
                passphrase 'change the passphrase'
        case bundle
            printf '%s\t%s\n' \
                create 'write a bundle' \
                apply 'take a bundle in'
        case device
            printf '%s\t%s\n' \
                list 'list devices' \
                revoke 'take a device\'s word away' \
                allow 'set part of a balance aside for one device' \
                allowances 'list what is set aside'
        case lease
            printf '%s\t%s\n' \
                show 'show who holds the lease' \
                take 'seal on this device from now on' \
                release 'let the lease go'
        case peer
            printf '%s\t%s\n' \
                list 'list peers' \
                add 'name a processor, and pin its key' \
                remove 'forget a peer' \
                resend 'send promises again that may not have arrived' \
                show 'show what is known of a peer'
        case user
            printf '%s\t%s\n' \
                add 'make an address and a token for somebody' \
                allow 'set what a user may pay a day' \
                list 'list users' \
                remove 'end a user\'s token' \
                show 'show a user, and what is left today' \
                token 'print a new token; the old one ends'
        case invite
            printf '%s\t%s\n' \
                add 'invite an address' \
                list 'list who is invited' \
                remove 'take an invitation back'
        case inbox
            printf '%s\t%s\n' \
                list 'list messages' \
                show 'show a message' \
                accept 'do what messages ask for' \
                refuse 'refuse messages' \
                delete 'delete messages' \
                receive 'take messages from standard input'
        case requests
            printf '%s\t%s\n' \
                list 'list requests, the latest first' \
                show 'show a request: its invoice, and where it is paid' \
                take 'take a payment that was handed over' \
                cancel 'take a request back' \
                deliver 'leave proofs of sealed payments in their channels' \
                proof 'read the proof of a payment from its channel'
        case proxy
            printf '%s\t%s\n' \
                serve 'run a relay' \
                connect 'answer this wallet\'s requests for payment through a relay'
        case channel
            printf '%s\t%s\n' \
                account 'let somebody make channels on your server' \
                add 'name a channel of somebody else' \
                create 'make a channel on a server' \
                delete 'delete a message, or the whole channel' \
                forget 'forget a channel\'s name and token' \
                list 'list channels' \
                mark 'mark a message as read' \
                read 'read the messages of a channel' \
                serve 'keep channels for others' \
                token 'give others rights to your channel' \
                watch 'tell what comes into a channel, as it comes' \
                write 'leave a message'
        case coin
            printf '%s\t%s\n' \
                address 'make an address to receive coins' \
                balance 'show the sums of coins' \
                broadcast 'send transactions to miners, and ask how they stand' \
                import 'take in a private key whose coins are yours' \
                list 'list coins, or with --transactions how they came and went' \
                receive 'take a transaction or a proof' \
                rescan 'look through blocks for this wallet\'s coins' \
                send 'pay bitcoins to an address'
        case paymail
            printf '%s\t%s\n' \
                list 'list this wallet\'s aliases' \
                add 'make an alias' \
                remove 'take an alias away' \
                show 'ask what a handle offers' \
                serve 'answer for this wallet\'s aliases' \
                approve 'say yes to senders who wait'
        case witness
            printf '%s\t%s\n' \
                add-checkpoint 'cosign a checkpoint of a log' \
                forget 'witness a log no more' \
                key 'print the key that this wallet cosigns with' \
                list 'list the logs that are witnessed' \
                request 'print what this wallet asks of a witness' \
                show 'show the last checkpoint seen of a log' \
                trust 'witness a log from now on'
        case headers
            printf '%s\t%s\n' \
                follow 'take headers from nodes and services, as they come' \
                import 'take headers out of a file' \
                serve 'serve the chain to others over HTTP' \
                show 'show a header' \
                tip 'show the last header of the longest chain' \
                verify 'verify proofs by the chain'
        case hook
            printf '%s\t%s\n' \
                list 'list hooks, and how each ended last' \
                test 'run a hook once, and show what it says' \
                run 'tell hooks what they have not been told yet'
        case config
            printf '%s\t%s\n' \
                get 'print a setting' \
                list 'list settings' \
                set 'change a setting' \
                unset 'remove a setting'
    end
end

# Commands that are understood and not offered.
function __wallet_hidden
    switch $argv[1]
        case ''
            printf '%s\n' manual
    end
end

# The options at a path with their meanings.
function __wallet_options
    switch $argv[1]
        case init
            printf '%s\t%s\n' \
                --name 'what the wallet is called for people' \
                --domain 'the clearing domain that it decides for' \
                --words 'how many words: 12 or 24 (12)' \
                --no-passphrase 'keep keys unencrypted, readable by you only'
        case restore
            printf '%s\t%s\n' \
                --name 'what the wallet is called for people' \
                --domain 'the clearing domain that it decides for' \
                --no-passphrase 'keep keys unencrypted, readable by you only'
        case demo
            printf '%s\t%s\n' \
                --keep 'keep the directory and say where it is'
        case address
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'address list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'address new'
            printf '%s\t%s\n' \
                --name 'what it is called (address-N)' \
                --scheme 'ecdsa-secp256k1 or eddsa-ed25519 (ecdsa-secp256k1)'
        case 'address puzzle'
            printf '%s\t%s\n' \
                --threshold 'the weights that must sign together' \
                --name 'what it is called (puzzle)'
        case contact
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'contact list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case unit
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'unit list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'unit new'
            printf '%s\t%s\n' \
                --name 'its name for people' \
                --scale 'decimals of its amounts (2)' \
                --form 'currency, points, ticket, voucher, coupon, card, badge (currency)' \
                --terms 'what you promise its holders' \
                --issuer 'an own address that issues it (a new one, called CODE)'
        case 'key export'
            printf '%s\t%s\n' \
                --form 'hex or wif (hex)'
        case 'key import'
            printf '%s\t%s\n' \
                --scheme 'ecdsa-secp256k1 or eddsa-ed25519 (ecdsa-secp256k1)'
        case 'key passphrase'
            printf '%s\t%s\n' \
                --new-passphrase-file 'read the new passphrase from FILE' \
                --no-passphrase 'keep keys unencrypted, readable by you only'
        case clone
            printf '%s\t%s\n' \
                --with-keys 'copy the keys too' \
                --no-passphrase 'keep keys unencrypted, readable by you only'
        case sync
            printf '%s\t%s\n' \
                -n 'say what would go either way, and do nothing' \
                --dry-run 'say what would go either way, and do nothing' \
                --pull 'take only' \
                --push 'give only'
        case 'bundle create'
            printf '%s\t%s\n' \
                --to 'encrypt to this age recipient, \'age1…\'' \
                --force 'over a file that is there'
        case 'bundle apply'
            printf '%s\t%s\n' \
                --identity 'a file of age identities that decrypts it' \
                -n 'see that it is whole, and what it holds' \
                --dry-run 'see that it is whole, and what it holds'
        case device
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'device list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'device allow'
            printf '%s\t%s\n' \
                --address 'whose balance (the default address)' \
                --until 'a time or a duration (7d)'
        case 'device allowances'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'lease take'
            printf '%s\t%s\n' \
                --for 'how long (30d)' \
                --force 'from a device that has not let it go'
        case 'lease release'
            printf '%s\t%s\n' \
                --to 'the device that holds it next' \
                --for 'how long (30d)'
        case retry
            printf '%s\t%s\n' \
                --list 'list what waits' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case peer
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'peer list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'peer add'
            printf '%s\t%s\n' \
                --key 'the verifier key that it must have, from \'wallet checkpoint --key\'' \
                --ca 'certificates (PEM) that its TLS certificate must lead to'
        case user
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'user add'
            printf '%s\t%s\n' \
                --allowance 'what may be paid a day, as \'25 EUR\' or \'unlimited BEER\' (nothing)'
        case 'user allow'
            printf '%s\t%s\n' \
                --none 'let the user pay nothing'
        case 'user list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case invite
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'invite list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case issue
            printf '%s\t%s\n' \
                --to 'who receives' \
                --credit 'hand over a credit line of LINE too; AMOUNT may be 0' \
                --expires 'when it expires: 24h, 7d, 2030-01-31 (pay.expires)' \
                --active 'it does not clear before WHEN: 2h, 2030-01-31 (at once)' \
                --note 'a text that travels with it, readable by all' \
                --id 'the same KEY gives the same document again: a retry never pays twice' \
                --domain 'the domain that clears it, by name or as a peer (this wallet\'s own)' \
                --clear 'clear it here at once' \
                --send 'have the peer clear it, and verify and keep its receipt'
        case pay
            printf '%s\t%s\n' \
                --to 'who receives' \
                --from 'which of your addresses pays (user.address, or \'me\')' \
                --domain 'the domain that clears it, by name or as a peer (this wallet\'s own)' \
                --expires 'when it expires: 24h, 7d, 2030-01-31 (pay.expires)' \
                --active 'it does not clear before WHEN: 2h, 2030-01-31 (at once)' \
                --note 'a text that travels with it, readable by all' \
                --id 'the same KEY gives the same document again: a retry never pays twice' \
                --hashlock 'lock it until the text with this SHA-256 is stated' \
                --credit 'hand over a credit line of LINE too; AMOUNT may be 0' \
                --clear 'clear it here at once' \
                --send 'have the peer clear it, and verify and keep its receipt' \
                -y 'pay a request without asking' \
                --yes 'pay a request without asking'
        case limit
            printf '%s\t%s\n' \
                --max 'hold at most AMOUNT' \
                --min 'owe at most AMOUNT' \
                --of 'whose counter' \
                --id 'the same KEY gives the same document again: a retry never pays twice' \
                --clear 'clear it here at once'
        case sign
            printf '%s\t%s\n' \
                --hashee 'state the text that opens a hash lock'
        case clear
            printf '%s\t%s\n' \
                -n 'judge and answer, but keep nothing' \
                --dry-run 'judge and answer, but keep nothing' \
                --atomic 'clear all lines or none' \
                --stop 'stop at the first refusal' \
                --domain 'send them to a peer instead, and verify and keep its receipts'
        case balance
            printf '%s\t%s\n' \
                --unit 'only this unit' \
                --at 'right after that transaction' \
                --domain 'at a peer, verified' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case log
            printf '%s\t%s\n' \
                --unit 'only this unit' \
                -n 'at most N, the latest' \
                --count 'at most N, the latest' \
                --since 'nothing before T: a day or time in UTC, or 7d for a week back' \
                --reverse 'the oldest first' \
                --blocks 'show the sealed blocks instead' \
                --format 'csv, ledger, json, or a template'
        case watch
            printf '%s\t%s\n' \
                --since 'begin behind this position or cursor (now)' \
                --follow 'wait for what comes (as without this option)' \
                --no-follow 'tell what is there, and end'
        case serve
            printf '%s\t%s\n' \
                --listen 'where to listen; `unix:PATH` for a socket (serve.listen)' \
                --tls-cert 'serve HTTPS with this certificate chain' \
                --tls-key 'the certificate\'s key' \
                --read-only 'show, but clear nothing' \
                --public-url 'where others reach this server (serve.public-url)'
        case send
            printf '%s\t%s\n' \
                --to 'who receives' \
                --answer 'answer this message of the inbox' \
                --note 'a text to go with it' \
                --file 'a file to go with it' \
                --subject 'a line that says what it is about' \
                --from 'the address that signs (this device)' \
                --expires 'when delivery is given up: 24h, 7d, 2030-01-31 (30d)' \
                --pending 'list what has not been delivered' \
                --retry 'deliver what waits, or each DOCUMENT: a message' \
                --forget 'give up each DOCUMENT: a message that waits' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case inbox
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'inbox list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'inbox show'
            printf '%s\t%s\n' \
                --documents 'print what it carries, one a line'
        case 'inbox accept'
            printf '%s\t%s\n' \
                --all 'all that are new or read' \
                --save 'write the message\'s file to FILE, which must not be there' \
                --name 'call the message\'s unit\'s issuer NAME'
        case 'inbox refuse'
            printf '%s\t%s\n' \
                --all 'all that are new or read' \
                --reason 'tell the sender why'
        case 'inbox delete'
            printf '%s\t%s\n' \
                --all 'all that are new or read'
        case request
            printf '%s\t%s\n' \
                --memo 'what it is for' \
                --expires 'until when it can be paid: 15m, 24h, 2030-01-31 (request.expires)' \
                --for 'which of your addresses receives (user.address, or \'me\')' \
                --id 'the same KEY gives the same document again: a retry never pays twice' \
                --proxy 'the relay where it is paid (request.proxy)' \
                --uri 'print the address where it is paid, not the invoice' \
                --qr 'draw that address as a QR code, on standard error'
        case requests
            printf '%s\t%s\n' \
                --paid 'list requests of others that this wallet has paid' \
                --state 'only these: pending, paid, expired or cancelled' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'requests list'
            printf '%s\t%s\n' \
                --paid 'list requests of others that this wallet has paid' \
                --state 'only these: pending, paid, expired or cancelled' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'requests show'
            printf '%s\t%s\n' \
                --uri 'print the address where it is paid' \
                --qr 'draw that address as a QR code' \
                --receipt 'print the transaction that paid it'
        case 'requests proof'
            printf '%s\t%s\n' \
                --timeout 'wait for it: 90s, 10m (not at all)'
        case 'proxy serve'
            printf '%s\t%s\n' \
                --listen 'where to listen; `unix:PATH` for a socket (127.0.0.1:8445)' \
                --public-url 'where payers reach it (as it listens)' \
                --store 'keep terms and messages for wallets that sleep' \
                --mode 'hybrid: payers over HTTP; socket: over sockets alone (hybrid)' \
                --admit-secret-file 'only wallets that show this may open channels' \
                --require-secret 'refuse wallets that bind no channel: payd\'s' \
                --tls-cert 'serve HTTPS with this certificate chain' \
                --tls-key 'the certificate\'s key' \
                --behind-proxy 'peers are named by X-Forwarded-For' \
                --answer-time 'how long a wallet has to answer (10)' \
                --channel-time 'how long sockets of a channel stay open (7200)' \
                --keep-time 'how long things are kept after the terms expire (604800)' \
                --connections 'connections at one time (32768)' \
                --connections-per-address 'connections at one time from one address (1024)'
        case 'proxy connect'
            printf '%s\t%s\n' \
                --daemon 'go on in the background, with a log below .wallet' \
                --stop 'end the one in the background' \
                --once 'answer what waits, then end' \
                --admit-secret-file 'what the relay\'s operator has given out, where not everybody may join' \
                --headers 'block headers that miners\' proofs are verified by (.wallet/headers)' \
                --network 'mainnet, testnet, stn or regtest (mainnet)'
        case channel
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\'' \
                --server 'the server, where no name says it' \
                --account 'the user of your account there' \
                --account-id 'the account\'s number (asked, or 1)' \
                --password-file 'read the password from FILE; \'-\' for standard input' \
                --password-fd 'read the password from file descriptor N' \
                --ca 'certificates (PEM) that the server\'s must lead to'
        case 'channel account'
            printf '%s\t%s\n' \
                --store 'where messages are kept, instead of the wallet\'s \'channel-server\'' \
                --user 'what the user is called (as the account)'
        case 'channel add'
            printf '%s\t%s\n' \
                --token-file 'read the token from FILE; \'-\' for standard input' \
                --token-fd 'read the token from file descriptor N' \
                --public 'show no token: the channel is open to anybody' \
                --ca 'certificates (PEM) that the server\'s must lead to' \
                --offline 'do not ask the server'
        case 'channel create'
            printf '%s\t%s\n' \
                --server 'the server, where no name says it' \
                --account 'the user of your account there' \
                --account-id 'the account\'s number (asked, or 1)' \
                --password-file 'read the password from FILE; \'-\' for standard input' \
                --password-fd 'read the password from file descriptor N' \
                --ca 'certificates (PEM) that the server\'s must lead to' \
                --public-read 'anybody may read' \
                --public-write 'anybody may write' \
                --sequenced 'nobody writes before having read' \
                --min-days 'keep every message so long at least' \
                --max-days 'messages are of use so long' \
                --prune 'delete messages after that'
        case 'channel delete'
            printf '%s\t%s\n' \
                --all 'delete the channel with all that is in it' \
                --token-file 'read the token from FILE; \'-\' for standard input' \
                --token-fd 'read the token from file descriptor N' \
                --public 'show no token: the channel is open to anybody' \
                --ca 'certificates (PEM) that the server\'s must lead to' \
                --server 'the server, where no name says it' \
                --account 'the user of your account there' \
                --account-id 'the account\'s number (asked, or 1)' \
                --password-file 'read the password from FILE; \'-\' for standard input' \
                --password-fd 'read the password from file descriptor N'
        case 'channel list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\'' \
                --server 'the server, where no name says it' \
                --account 'the user of your account there' \
                --account-id 'the account\'s number (asked, or 1)' \
                --password-file 'read the password from FILE; \'-\' for standard input' \
                --password-fd 'read the password from file descriptor N' \
                --ca 'certificates (PEM) that the server\'s must lead to'
        case 'channel mark'
            printf '%s\t%s\n' \
                --unread 'as unread instead' \
                --older 'and all before it' \
                --token-file 'read the token from FILE; \'-\' for standard input' \
                --token-fd 'read the token from file descriptor N' \
                --public 'show no token: the channel is open to anybody' \
                --ca 'certificates (PEM) that the server\'s must lead to'
        case 'channel read'
            printf '%s\t%s\n' \
                --unread 'only what has not been marked as read' \
                --after 'only what came after message N' \
                --mark 'mark as read what is printed' \
                --next 'wait until there is a message' \
                --timeout 'how long to wait at most (for ever)' \
                --raw 'print the payloads as they are' \
                --token-in-query 'show the token in the address where a WebSocket is opened, for old servers' \
                --token-file 'read the token from FILE; \'-\' for standard input' \
                --token-fd 'read the token from file descriptor N' \
                --public 'show no token: the channel is open to anybody' \
                --ca 'certificates (PEM) that the server\'s must lead to'
        case 'channel serve'
            printf '%s\t%s\n' \
                --listen 'where to listen; `unix:PATH` for a socket (127.0.0.1:5010)' \
                --store 'where messages are kept, instead of the wallet\'s \'channel-server\'' \
                --account 'make this account if it is not there, and print its password' \
                --public-url 'what addresses of channels begin with' \
                --tls-cert 'serve HTTPS with this certificate chain' \
                --tls-key 'the certificate\'s key' \
                --rate 'requests of a token in a minute; 0: any (6000)' \
                --plain-notify 'tell followers a text, as the first server did' \
                --headers 'the block headers that proofs are verified by' \
                --network 'mainnet, testnet, stn or regtest (mainnet)' \
                --verify-proofs 'take no callbacks whose proof is false'
        case 'channel token'
            printf '%s\t%s\n' \
                --read 'it may read, mark and follow' \
                --write 'it may write and delete' \
                --description 'whom it is for' \
                --list 'list the tokens' \
                --end 'end a token' \
                --server 'the server, where no name says it' \
                --account 'the user of your account there' \
                --account-id 'the account\'s number (asked, or 1)' \
                --password-file 'read the password from FILE; \'-\' for standard input' \
                --password-fd 'read the password from file descriptor N' \
                --ca 'certificates (PEM) that the server\'s must lead to'
        case 'channel watch'
            printf '%s\t%s\n' \
                --read 'print the messages' \
                --mark 'mark as read what is printed' \
                --token-in-query 'show the token in the address where a WebSocket is opened, for old servers' \
                --token-file 'read the token from FILE; \'-\' for standard input' \
                --token-fd 'read the token from file descriptor N' \
                --public 'show no token: the channel is open to anybody' \
                --ca 'certificates (PEM) that the server\'s must lead to'
        case 'channel write'
            printf '%s\t%s\n' \
                --type 'its media type' \
                --if-highest 'only if others have written nothing after N' \
                --token-file 'read the token from FILE; \'-\' for standard input' \
                --token-fd 'read the token from file descriptor N' \
                --public 'show no token: the channel is open to anybody' \
                --ca 'certificates (PEM) that the server\'s must lead to'
        case coin
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'coin address'
            printf '%s\t%s\n' \
                --label 'what it is for: only you see it'
        case 'coin balance'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'coin list'
            printf '%s\t%s\n' \
                --transactions 'list transactions, the latest first' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'coin receive'
            printf '%s\t%s\n' \
                --label 'what it is for: only you see it'
        case 'coin rescan'
            printf '%s\t%s\n' \
                --node 'a node, as node://HOST:PORT (the first of coin.broadcast)' \
                --from 'the first block (where the last look ended)' \
                --gap 'addresses beyond the last used one (20)' \
                --account 'another account of the seed, as m/44\'/0\'/0\''
        case 'coin send'
            printf '%s\t%s\n' \
                --to 'a Bitcoin address, or a handle: carol@example.com' \
                --id 'the same KEY gives the same transaction: a retry never pays twice' \
                --raw 'print the bare transaction' \
                --no-broadcast 'send it to nobody: you hand it over' \
                --fee 'satoshis for 1000 bytes (a miner\'s quote, else coin.fee)'
        case paymail
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'paymail list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'paymail add'
            printf '%s\t%s\n' \
                --address 'where IOUs go: an own address (the default one)' \
                --key 'the own address by whose key it is known' \
                --name 'a name for people (wallet.name)' \
                --avatar 'where a picture is, 180 by 180'
        case 'paymail show'
            printf '%s\t%s\n' \
                --resolve 'the server of a domain, instead of what DNS says (paymail.resolve)' \
                --accept-key 'take the key that the server names now for the handle\'s'
        case 'paymail serve'
            printf '%s\t%s\n' \
                --domain 'what stands behind the \'@\'' \
                --listen 'where to listen; `unix:PATH` for a socket (127.0.0.1:3000)' \
                --public-url 'where others reach it (as it listens)' \
                --tls-cert 'serve HTTPS with this certificate chain' \
                --tls-key 'the certificate\'s key' \
                --behind-proxy 'peers are named by X-Forwarded-For' \
                --validate-senders 'requests and transactions are signed by the sender' \
                --approve 'senders of the older kind wait for a word' \
                --reference-time 'how long a promised output may be paid (86400)' \
                --rate 'requests of a network in a second, half of an alias\'s; 0: any (30)' \
                --resolve 'the server of a domain, instead of what DNS says (paymail.resolve)'
        case 'paymail approve'
            printf '%s\t%s\n' \
                --deny 'say no' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case seal
            printf '%s\t%s\n' \
                --stack 'put blocks that are in no stack yet into one' \
                --work 'the stack\'s target in compact form (stack.work, 207fffff); implies --stack' \
                --if-older-than 'only if the open block\'s first document is older: 10m, 24h' \
                --min-documents 'only if at least N documents are open (1)'
        case prove
            printf '%s\t%s\n' \
                --balance 'prove what WHO had, or had not' \
                --unit 'only this unit' \
                --absent 'prove that ID is in no block' \
                --since 'with --absent: only from this block on (0)' \
                --consistency 'prove that the log has only grown since FROM' \
                --format 'json, tlog, tsc or bump (json)' \
                -o 'write to FILE, whole or not at all' \
                --output 'write to FILE, whole or not at all'
        case verify
            printf '%s\t%s\n' \
                --policy 'the logs and witnesses that you rely on' \
                --checkpoint 'a checkpoint that you have kept' \
                --headers 'headers of 80 bytes each, from height 0 on'
        case checkpoint
            printf '%s\t%s\n' \
                --key 'print the domain\'s verifier key instead' \
                --add 'add the cosignatures of witnesses in FILE; \'-\' for standard input' \
                --policy 'with --add: verify the witnesses that this tlog-policy names'
        case witness
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'witness list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'witness request'
            printf '%s\t%s\n' \
                --old 'the size that the witness has cosigned last (0)'
        case headers
            printf '%s\t%s\n' \
                --store 'the directory of the chain, instead of the wallet\'s' \
                --network 'mainnet, testnet, stn or regtest (mainnet)' \
                --stacks 'the headers of this wallet\'s own stacks' \
                --all 'the ends of other branches too' \
                --raw 'write the 80 bytes' \
                --hex 'write them in hexadecimal digits' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'headers follow'
            printf '%s\t%s\n' \
                --store 'the directory of the chain, instead of the wallet\'s' \
                --network 'mainnet, testnet, stn or regtest (mainnet)' \
                --interval 'between two looks at a service (10)' \
                --token-file 'the access token that services are shown' \
                --once 'until the sources have nothing more'
        case 'headers import'
            printf '%s\t%s\n' \
                --store 'the directory of the chain, instead of the wallet\'s' \
                --network 'mainnet, testnet, stn or regtest (mainnet)'
        case 'headers serve'
            printf '%s\t%s\n' \
                --store 'the directory of the chain, instead of the wallet\'s' \
                --network 'mainnet, testnet, stn or regtest (mainnet)' \
                --interval 'between two looks at a service (10)' \
                --token-file 'the access token that services are shown' \
                --listen 'where to listen; `unix:PATH` for a socket (127.0.0.1:8080)' \
                --tls-cert 'serve HTTPS with this certificate chain' \
                --tls-key 'the certificate\'s key' \
                --follow 'take headers from a node or a service' \
                --private 'nobody reads without a token' \
                --allow-private-webhooks 'call webhooks in private networks too'
        case 'headers show'
            printf '%s\t%s\n' \
                --store 'the directory of the chain, instead of the wallet\'s' \
                --network 'mainnet, testnet, stn or regtest (mainnet)' \
                --stacks 'the headers of this wallet\'s own stacks' \
                --count 'so many headers of the longest chain, from it on' \
                --raw 'write the 80 bytes' \
                --hex 'write them in hexadecimal digits' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'headers tip'
            printf '%s\t%s\n' \
                --store 'the directory of the chain, instead of the wallet\'s' \
                --network 'mainnet, testnet, stn or regtest (mainnet)' \
                --stacks 'the headers of this wallet\'s own stacks' \
                --all 'the ends of other branches too' \
                --raw 'write the 80 bytes' \
                --hex 'write them in hexadecimal digits' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'headers verify'
            printf '%s\t%s\n' \
                --store 'the directory of the chain, instead of the wallet\'s' \
                --network 'mainnet, testnet, stn or regtest (mainnet)' \
                --stacks 'the headers of this wallet\'s own stacks' \
                --root 'verify that a header has this root' \
                --height 'the height of \'--root\''
        case fsck
            printf '%s\t%s\n' \
                --full 'open the keys, and audit the log a second time' \
                --repair 'make anew what is derived, quarantine what is not'
        case hook
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'hook list'
            printf '%s\t%s\n' \
                --format 'print rows as TEMPLATE, such as \'%(name)%x09%(net)\''
        case 'hook test'
            printf '%s\t%s\n' \
                --input 'what it reads instead'
        case 'config list'
            printf '%s\t%s\n' \
                --show-origin 'say in which file and line each stands' \
                --show-scope 'say in which layer each stands'
        case 'config set'
            printf '%s\t%s\n' \
                --global 'your own file instead of the wallet\'s'
        case 'config unset'
            printf '%s\t%s\n' \
                --global 'your own file instead of the wallet\'s'
        case help
            printf '%s\t%s\n' \
                -a 'list every command and subcommand' \
                --all 'list every command and subcommand'
        case version
            printf '%s\t%s\n' \
                --build-options 'say how the program was built'
    end
    printf '%s\t%s\n' \
        -C 'work as if started in DIR; other paths start there too' \
        -c 'set a configuration value for this run' \
        --json 'report as lines of JSON, errors too' \
        -q 'say nothing to people except errors' \
        --quiet 'say nothing to people except errors' \
        --color 'colour: auto, always or never' \
        --no-pager 'do not page long output' \
        --wait 'wait this long for another writer (60)' \
        --passphrase-file 'read the passphrase from FILE' \
        --passphrase-fd 'read the passphrase from file descriptor N' \
        -h 'show a short help' \
        --help 'show a short help' \
        --version 'show the version'
end

# The kind of an option's value and its words; fails when it takes none.
function __wallet_option
    switch $argv[2]
        case -C
            printf '%s\n' directory
            return 0
        case -c
            printf '%s\n' none
            return 0
        case --color
            printf '%s\n' words auto always never
            return 0
        case --wait
            printf '%s\n' none
            return 0
        case --passphrase-file
            printf '%s\n' file
            return 0
        case --passphrase-fd
            printf '%s\n' none
            return 0
    end
    switch $argv[1]
        case init
            switch $argv[2]
                case --name
                    printf '%s\n' none
                    return 0
                case --domain
                    printf '%s\n' none
                    return 0
                case --words
                    printf '%s\n' words 12 24
                    return 0
            end
        case restore
            switch $argv[2]
                case --name
                    printf '%s\n' none
                    return 0
                case --domain
                    printf '%s\n' none
                    return 0
            end
        case address
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'address list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'address new'
            switch $argv[2]
                case --name
                    printf '%s\n' none
                    return 0
                case --scheme
                    printf '%s\n' words ecdsa-secp256k1 eddsa-ed25519
                    return 0
            end
        case 'address puzzle'
            switch $argv[2]
                case --threshold
                    printf '%s\n' none
                    return 0
                case --name
                    printf '%s\n' none
                    return 0
            end
        case contact
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'contact list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case unit
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'unit list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'unit new'
            switch $argv[2]
                case --name
                    printf '%s\n' none
                    return 0
                case --scale
                    printf '%s\n' none
                    return 0
                case --form
                    printf '%s\n' words currency points ticket voucher coupon card badge
                    return 0
                case --terms
                    printf '%s\n' none
                    return 0
                case --issuer
                    printf '%s\n' dynamic addresses
                    return 0
            end
        case 'key export'
            switch $argv[2]
                case --form
                    printf '%s\n' words hex wif
                    return 0
            end
        case 'key import'
            switch $argv[2]
                case --scheme
                    printf '%s\n' words ecdsa-secp256k1 eddsa-ed25519
                    return 0
            end
        case 'key passphrase'
            switch $argv[2]
                case --new-passphrase-file
                    printf '%s\n' file
                    return 0
            end
        case 'bundle create'
            switch $argv[2]
                case --to
                    printf '%s\n' none
                    return 0
            end
        case 'bundle apply'
            switch $argv[2]
                case --identity
                    printf '%s\n' file
                    return 0
            end
        case device
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'device list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'device allow'
            switch $argv[2]
                case --address
                    printf '%s\n' dynamic own
                    return 0
                case --until
                    printf '%s\n' none
                    return 0
            end
        case 'device allowances'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'lease take'
            switch $argv[2]
                case --for
                    printf '%s\n' none
                    return 0
            end
        case 'lease release'
            switch $argv[2]
                case --to
                    printf '%s\n' none
                    return 0
                case --for
                    printf '%s\n' none
                    return 0
            end
        case retry
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case peer
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'peer list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'peer add'
            switch $argv[2]
                case --key
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case user
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'user add'
            switch $argv[2]
                case --allowance
                    printf '%s\n' none
                    return 0
            end
        case 'user list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case invite
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'invite list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case issue
            switch $argv[2]
                case --to
                    printf '%s\n' dynamic addresses
                    return 0
                case --credit
                    printf '%s\n' none
                    return 0
                case --expires
                    printf '%s\n' none
                    return 0
                case --active
                    printf '%s\n' none
                    return 0
                case --note
                    printf '%s\n' none
                    return 0
                case --id
                    printf '%s\n' none
                    return 0
                case --domain
                    printf '%s\n' dynamic peers
                    return 0
            end
        case pay
            switch $argv[2]
                case --to
                    printf '%s\n' dynamic addresses
                    return 0
                case --from
                    printf '%s\n' dynamic own
                    return 0
                case --domain
                    printf '%s\n' dynamic peers
                    return 0
                case --expires
                    printf '%s\n' none
                    return 0
                case --active
                    printf '%s\n' none
                    return 0
                case --note
                    printf '%s\n' none
                    return 0
                case --id
                    printf '%s\n' none
                    return 0
                case --hashlock
                    printf '%s\n' none
                    return 0
                case --credit
                    printf '%s\n' none
                    return 0
            end
        case limit
            switch $argv[2]
                case --max
                    printf '%s\n' none
                    return 0
                case --min
                    printf '%s\n' none
                    return 0
                case --of
                    printf '%s\n' dynamic addresses
                    return 0
                case --id
                    printf '%s\n' none
                    return 0
            end
        case sign
            switch $argv[2]
                case --hashee
                    printf '%s\n' none
                    return 0
            end
        case clear
            switch $argv[2]
                case --domain
                    printf '%s\n' dynamic peers
                    return 0
            end
        case balance
            switch $argv[2]
                case --unit
                    printf '%s\n' dynamic units
                    return 0
                case --at
                    printf '%s\n' none
                    return 0
                case --domain
                    printf '%s\n' dynamic peers
                    return 0
                case --format
                    printf '%s\n' none
                    return 0
            end
        case log
            switch $argv[2]
                case --unit
                    printf '%s\n' dynamic units
                    return 0
                case -n --count
                    printf '%s\n' none
                    return 0
                case --since
                    printf '%s\n' none
                    return 0
                case --format
                    printf '%s\n' words csv ledger json
                    return 0
            end
        case watch
            switch $argv[2]
                case --since
                    printf '%s\n' none
                    return 0
            end
        case serve
            switch $argv[2]
                case --listen
                    printf '%s\n' none
                    return 0
                case --tls-cert
                    printf '%s\n' file
                    return 0
                case --tls-key
                    printf '%s\n' file
                    return 0
                case --public-url
                    printf '%s\n' none
                    return 0
            end
        case send
            switch $argv[2]
                case --to
                    printf '%s\n' dynamic peers
                    return 0
                case --answer
                    printf '%s\n' dynamic messages
                    return 0
                case --note
                    printf '%s\n' none
                    return 0
                case --file
                    printf '%s\n' file
                    return 0
                case --subject
                    printf '%s\n' none
                    return 0
                case --from
                    printf '%s\n' dynamic own
                    return 0
                case --expires
                    printf '%s\n' none
                    return 0
                case --format
                    printf '%s\n' none
                    return 0
            end
        case inbox
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'inbox list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'inbox accept'
            switch $argv[2]
                case --save
                    printf '%s\n' file
                    return 0
                case --name
                    printf '%s\n' none
                    return 0
            end
        case 'inbox refuse'
            switch $argv[2]
                case --reason
                    printf '%s\n' none
                    return 0
            end
        case request
            switch $argv[2]
                case --memo
                    printf '%s\n' none
                    return 0
                case --expires
                    printf '%s\n' none
                    return 0
                case --for
                    printf '%s\n' dynamic own
                    return 0
                case --id
                    printf '%s\n' none
                    return 0
                case --proxy
                    printf '%s\n' none
                    return 0
            end
        case requests
            switch $argv[2]
                case --state
                    printf '%s\n' words pending paid expired cancelled
                    return 0
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'requests list'
            switch $argv[2]
                case --state
                    printf '%s\n' words pending paid expired cancelled
                    return 0
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'requests proof'
            switch $argv[2]
                case --timeout
                    printf '%s\n' none
                    return 0
            end
        case 'proxy serve'
            switch $argv[2]
                case --listen
                    printf '%s\n' none
                    return 0
                case --public-url
                    printf '%s\n' none
                    return 0
                case --store
                    printf '%s\n' directory
                    return 0
                case --mode
                    printf '%s\n' words hybrid socket
                    return 0
                case --admit-secret-file
                    printf '%s\n' file
                    return 0
                case --tls-cert
                    printf '%s\n' file
                    return 0
                case --tls-key
                    printf '%s\n' file
                    return 0
                case --answer-time
                    printf '%s\n' none
                    return 0
                case --channel-time
                    printf '%s\n' none
                    return 0
                case --keep-time
                    printf '%s\n' none
                    return 0
                case --connections
                    printf '%s\n' none
                    return 0
                case --connections-per-address
                    printf '%s\n' none
                    return 0
            end
        case 'proxy connect'
            switch $argv[2]
                case --admit-secret-file
                    printf '%s\n' file
                    return 0
                case --headers
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
            end
        case channel
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
                case --server
                    printf '%s\n' none
                    return 0
                case --account
                    printf '%s\n' none
                    return 0
                case --account-id
                    printf '%s\n' none
                    return 0
                case --password-file
                    printf '%s\n' file
                    return 0
                case --password-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case 'channel account'
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --user
                    printf '%s\n' none
                    return 0
            end
        case 'channel add'
            switch $argv[2]
                case --token-file
                    printf '%s\n' file
                    return 0
                case --token-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case 'channel create'
            switch $argv[2]
                case --server
                    printf '%s\n' none
                    return 0
                case --account
                    printf '%s\n' none
                    return 0
                case --account-id
                    printf '%s\n' none
                    return 0
                case --password-file
                    printf '%s\n' file
                    return 0
                case --password-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
                case --min-days
                    printf '%s\n' none
                    return 0
                case --max-days
                    printf '%s\n' none
                    return 0
            end
        case 'channel delete'
            switch $argv[2]
                case --token-file
                    printf '%s\n' file
                    return 0
                case --token-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
                case --server
                    printf '%s\n' none
                    return 0
                case --account
                    printf '%s\n' none
                    return 0
                case --account-id
                    printf '%s\n' none
                    return 0
                case --password-file
                    printf '%s\n' file
                    return 0
                case --password-fd
                    printf '%s\n' none
                    return 0
            end
        case 'channel list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
                case --server
                    printf '%s\n' none
                    return 0
                case --account
                    printf '%s\n' none
                    return 0
                case --account-id
                    printf '%s\n' none
                    return 0
                case --password-file
                    printf '%s\n' file
                    return 0
                case --password-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case 'channel mark'
            switch $argv[2]
                case --token-file
                    printf '%s\n' file
                    return 0
                case --token-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case 'channel read'
            switch $argv[2]
                case --after
                    printf '%s\n' none
                    return 0
                case --timeout
                    printf '%s\n' none
                    return 0
                case --token-file
                    printf '%s\n' file
                    return 0
                case --token-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case 'channel serve'
            switch $argv[2]
                case --listen
                    printf '%s\n' none
                    return 0
                case --store
                    printf '%s\n' directory
                    return 0
                case --account
                    printf '%s\n' none
                    return 0
                case --public-url
                    printf '%s\n' none
                    return 0
                case --tls-cert
                    printf '%s\n' file
                    return 0
                case --tls-key
                    printf '%s\n' file
                    return 0
                case --rate
                    printf '%s\n' none
                    return 0
                case --headers
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
            end
        case 'channel token'
            switch $argv[2]
                case --description
                    printf '%s\n' none
                    return 0
                case --end
                    printf '%s\n' none
                    return 0
                case --server
                    printf '%s\n' none
                    return 0
                case --account
                    printf '%s\n' none
                    return 0
                case --account-id
                    printf '%s\n' none
                    return 0
                case --password-file
                    printf '%s\n' file
                    return 0
                case --password-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case 'channel watch'
            switch $argv[2]
                case --token-file
                    printf '%s\n' file
                    return 0
                case --token-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case 'channel write'
            switch $argv[2]
                case --type
                    printf '%s\n' none
                    return 0
                case --if-highest
                    printf '%s\n' none
                    return 0
                case --token-file
                    printf '%s\n' file
                    return 0
                case --token-fd
                    printf '%s\n' none
                    return 0
                case --ca
                    printf '%s\n' file
                    return 0
            end
        case coin
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'coin address'
            switch $argv[2]
                case --label
                    printf '%s\n' none
                    return 0
            end
        case 'coin balance'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'coin list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'coin receive'
            switch $argv[2]
                case --label
                    printf '%s\n' none
                    return 0
            end
        case 'coin rescan'
            switch $argv[2]
                case --node
                    printf '%s\n' none
                    return 0
                case --from
                    printf '%s\n' none
                    return 0
                case --gap
                    printf '%s\n' none
                    return 0
                case --account
                    printf '%s\n' none
                    return 0
            end
        case 'coin send'
            switch $argv[2]
                case --to
                    printf '%s\n' none
                    return 0
                case --id
                    printf '%s\n' none
                    return 0
                case --fee
                    printf '%s\n' none
                    return 0
            end
        case paymail
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'paymail list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'paymail add'
            switch $argv[2]
                case --address
                    printf '%s\n' dynamic own
                    return 0
                case --key
                    printf '%s\n' dynamic own
                    return 0
                case --name
                    printf '%s\n' none
                    return 0
                case --avatar
                    printf '%s\n' none
                    return 0
            end
        case 'paymail show'
            switch $argv[2]
                case --resolve
                    printf '%s\n' none
                    return 0
            end
        case 'paymail serve'
            switch $argv[2]
                case --domain
                    printf '%s\n' none
                    return 0
                case --listen
                    printf '%s\n' none
                    return 0
                case --public-url
                    printf '%s\n' none
                    return 0
                case --tls-cert
                    printf '%s\n' file
                    return 0
                case --tls-key
                    printf '%s\n' file
                    return 0
                case --reference-time
                    printf '%s\n' none
                    return 0
                case --rate
                    printf '%s\n' none
                    return 0
                case --resolve
                    printf '%s\n' none
                    return 0
            end
        case 'paymail approve'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case seal
            switch $argv[2]
                case --work
                    printf '%s\n' words 207fffff 1f00ffff 1d00ffff
                    return 0
                case --if-older-than
                    printf '%s\n' none
                    return 0
                case --min-documents
                    printf '%s\n' none
                    return 0
            end
        case prove
            switch $argv[2]
                case --balance
                    printf '%s\n' dynamic addresses
                    return 0
                case --unit
                    printf '%s\n' dynamic units
                    return 0
                case --absent
                    printf '%s\n' none
                    return 0
                case --since
                    printf '%s\n' none
                    return 0
                case --consistency
                    printf '%s\n' file
                    return 0
                case --format
                    printf '%s\n' words json tlog tsc bump
                    return 0
                case -o --output
                    printf '%s\n' file
                    return 0
            end
        case verify
            switch $argv[2]
                case --policy
                    printf '%s\n' file
                    return 0
                case --checkpoint
                    printf '%s\n' file
                    return 0
                case --headers
                    printf '%s\n' file
                    return 0
            end
        case checkpoint
            switch $argv[2]
                case --add
                    printf '%s\n' file
                    return 0
                case --policy
                    printf '%s\n' file
                    return 0
            end
        case witness
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'witness list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'witness request'
            switch $argv[2]
                case --old
                    printf '%s\n' none
                    return 0
            end
        case headers
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'headers follow'
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
                case --interval
                    printf '%s\n' none
                    return 0
                case --token-file
                    printf '%s\n' file
                    return 0
            end
        case 'headers import'
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
            end
        case 'headers serve'
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
                case --interval
                    printf '%s\n' none
                    return 0
                case --token-file
                    printf '%s\n' file
                    return 0
                case --listen
                    printf '%s\n' none
                    return 0
                case --tls-cert
                    printf '%s\n' file
                    return 0
                case --tls-key
                    printf '%s\n' file
                    return 0
                case --follow
                    printf '%s\n' none
                    return 0
            end
        case 'headers show'
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
                case --count
                    printf '%s\n' none
                    return 0
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'headers tip'
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'headers verify'
            switch $argv[2]
                case --store
                    printf '%s\n' directory
                    return 0
                case --network
                    printf '%s\n' words mainnet testnet stn regtest
                    return 0
                case --root
                    printf '%s\n' none
                    return 0
                case --height
                    printf '%s\n' none
                    return 0
            end
        case hook
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'hook list'
            switch $argv[2]
                case --format
                    printf '%s\n' none
                    return 0
            end
        case 'hook test'
            switch $argv[2]
                case --input
                    printf '%s\n' file
                    return 0
            end
        case completion
            switch $argv[2]
                case --values
                    printf '%s\n' none
                    return 0
            end
    end
    return 1
end

# The kind of a positional argument and its words.
function __wallet_argument
    switch $argv[1]
        case init
            switch $argv[2]
                case 0
                    printf '%s\n' directory
            end
        case restore
            switch $argv[2]
                case 0
                    printf '%s\n' directory
            end
        case 'address puzzle'
            switch $argv[2]
                case '*'
                    printf '%s\n' dynamic addresses
            end
        case 'address show'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic addresses
            end
        case 'contact add'
            switch $argv[2]
                case 0
                    printf '%s\n' none
                case 1
                    printf '%s\n' none
            end
        case 'contact remove'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic contacts
            end
        case 'unit new'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'unit show'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic units
            end
        case 'key export'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic own
            end
        case 'key import'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'key passphrase'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic own
            end
        case clone
            switch $argv[2]
                case 0
                    printf '%s\n' directory
                case 1
                    printf '%s\n' directory
            end
        case sync
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case 'bundle create'
            switch $argv[2]
                case 0
                    printf '%s\n' file
            end
        case 'bundle apply'
            switch $argv[2]
                case 0
                    printf '%s\n' file
            end
        case 'device revoke'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'device allow'
            switch $argv[2]
                case 0
                    printf '%s\n' none
                case 1
                    printf '%s\n' none
                case 2
                    printf '%s\n' dynamic units
            end
        case retry
            switch $argv[2]
                case '*'
                    printf '%s\n' none
            end
        case cancel
            switch $argv[2]
                case '*'
                    printf '%s\n' none
            end
        case 'peer add'
            switch $argv[2]
                case 0
                    printf '%s\n' none
                case 1
                    printf '%s\n' none
            end
        case 'peer remove'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic peers
            end
        case 'peer resend'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic peers
            end
        case 'peer show'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic peers
            end
        case 'user add'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'user allow'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic users
                case 1
                    printf '%s\n' none
                case 2
                    printf '%s\n' dynamic units
            end
        case 'user remove'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic users
            end
        case 'user show'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic users
            end
        case 'user token'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic users
            end
        case 'invite add'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic addresses
            end
        case 'invite remove'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic addresses
            end
        case issue
            switch $argv[2]
                case 0
                    printf '%s\n' none
                case 1
                    printf '%s\n' dynamic units
            end
        case pay
            switch $argv[2]
                case 0
                    printf '%s\n' file
                case 1
                    printf '%s\n' dynamic units
            end
        case limit
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic units
            end
        case sign
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case clear
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case balance
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic addresses
            end
        case log
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic addresses
            end
        case show
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case send
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case 'inbox show'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic messages
            end
        case 'inbox accept'
            switch $argv[2]
                case '*'
                    printf '%s\n' dynamic messages
            end
        case 'inbox refuse'
            switch $argv[2]
                case '*'
                    printf '%s\n' dynamic messages
            end
        case 'inbox delete'
            switch $argv[2]
                case '*'
                    printf '%s\n' dynamic messages
            end
        case 'inbox receive'
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case request
            switch $argv[2]
                case 0
                    printf '%s\n' none
                case 1
                    printf '%s\n' dynamic units
            end
        case 'requests show'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic requests
            end
        case 'requests take'
            switch $argv[2]
                case 0
                    printf '%s\n' file
            end
        case 'requests cancel'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic requests
            end
        case 'requests proof'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic requests
            end
        case 'proxy connect'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'channel account'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'channel add'
            switch $argv[2]
                case 0
                    printf '%s\n' none
                case 1
                    printf '%s\n' none
            end
        case 'channel create'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'channel delete'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic channels
                case 1
                    printf '%s\n' none
            end
        case 'channel forget'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic channels
            end
        case 'channel mark'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic channels
                case 1
                    printf '%s\n' none
            end
        case 'channel read'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic channels
            end
        case 'channel token'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic channels
            end
        case 'channel watch'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic channels
            end
        case 'channel write'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic channels
                case 1
                    printf '%s\n' file
            end
        case 'coin broadcast'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic transactions
            end
        case 'coin import'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'coin receive'
            switch $argv[2]
                case 0
                    printf '%s\n' file
            end
        case 'coin send'
            switch $argv[2]
                case 0
                    printf '%s\n' none
                case 1
                    printf '%s\n' words BSV sat
            end
        case 'paymail add'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'paymail remove'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic aliases
            end
        case 'paymail show'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'paymail approve'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic approvals
            end
        case prove
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case verify
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case checkpoint
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'witness add-checkpoint'
            switch $argv[2]
                case 0
                    printf '%s\n' file
            end
        case 'witness forget'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic logs
            end
        case 'witness show'
            switch $argv[2]
                case 0
                    printf '%s\n' dynamic logs
            end
        case 'witness trust'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case audit
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case 'headers follow'
            switch $argv[2]
                case '*'
                    printf '%s\n' none
            end
        case 'headers import'
            switch $argv[2]
                case 0
                    printf '%s\n' file
            end
        case 'headers show'
            switch $argv[2]
                case 0
                    printf '%s\n' none
            end
        case 'headers verify'
            switch $argv[2]
                case '*'
                    printf '%s\n' file
            end
        case 'hook test'
            switch $argv[2]
                case 0
                    printf '%s\n' words pre-pay pre-clear post-clear post-receive post-seal post-sync bounce low-balance
            end
        case 'config get'
            switch $argv[2]
                case 0
                    printf '%s\n' words advice.hints coin.broadcast coin.fee coin.hold coin.network coin.token color.ui core.pager core.wait domain.admission domain.mode domain.name hook.timeout inbox.admission inbox.limit inbox.limit-bytes pay.expires paymail.resolve request.ca request.channels request.channels-secret request.channels-user request.expires request.proxy serve.address-rate serve.connections-per-address serve.cors serve.listen serve.proxied serve.public-url serve.rate ssh.program stack.work user.address wallet.name
            end
        case 'config set'
            switch $argv[2]
                case 0
                    printf '%s\n' words advice.hints coin.broadcast coin.fee coin.hold coin.network coin.token color.ui core.pager core.wait domain.admission domain.mode domain.name hook.timeout inbox.admission inbox.limit inbox.limit-bytes pay.expires paymail.resolve request.ca request.channels request.channels-secret request.channels-user request.expires request.proxy serve.address-rate serve.connections-per-address serve.cors serve.listen serve.proxied serve.public-url serve.rate ssh.program stack.work user.address wallet.name
                case 1
                    printf '%s\n' none
            end
        case 'config unset'
            switch $argv[2]
                case 0
                    printf '%s\n' words advice.hints coin.broadcast coin.fee coin.hold coin.network coin.token color.ui core.pager core.wait domain.admission domain.mode domain.name hook.timeout inbox.admission inbox.limit inbox.limit-bytes pay.expires paymail.resolve request.ca request.channels request.channels-secret request.channels-user request.expires request.proxy serve.address-rate serve.connections-per-address serve.cors serve.listen serve.proxied serve.public-url serve.rate ssh.program stack.work user.address wallet.name
            end
        case help
            switch $argv[2]
                case '*'
                    printf '%s\n' dynamic commands
            end
        case completion
            switch $argv[2]
                case 0
                    printf '%s\n' words bash zsh fish
            end
        case manual
            switch $argv[2]
                case 0
                    printf '%s\n' directory
            end
    end
end

# Offers values of a kind: PREFIX PASSED-COUNT [PASSED ...] KIND [WORD ...]
function __wallet_values
    set -l prefix $argv[1]
    set -l pass
    test $argv[2] -gt 0; and set pass $argv[3..(math $argv[2] + 2)]
    set -l kind $argv[(math $argv[2] + 3)]
    set -l values $argv[(math $argv[2] + 4)..-1]
    set -l lines
    set -l rest (commandline -ct)
    set rest (string sub -s (math (string length -- "$prefix") + 1) -- "$rest")
    switch "$kind"
        case words
            set lines $values
        case dynamic
            set lines (command wallet $pass completion --values $values[1] \
                2>/dev/null </dev/null)
        case file
            set lines (__fish_complete_path "$rest" 2>/dev/null)
        case directory
            set lines (__fish_complete_directories "$rest" '' 2>/dev/null)
    end
    test (count $lines) -gt 0; and printf '%s\n' $prefix$lines
end

# Whether the word names a subcommand at the path.
function __wallet_enters
    set -l names (__wallet_commands "$argv[1]" | string replace -r '\t.*' '')
    contains -- "$argv[2]" $names (__wallet_hidden "$argv[1]")
end

# The option whose value is missing in the letters after one dash, or the option and its
# value.
function __wallet_letters
    set -l letters (string split '' -- "$argv[2]")
    for index in (seq (count $letters))
        if __wallet_option "$argv[1]" -$letters[$index] >/dev/null
            echo -- -$letters[$index]
            test $index -lt (count $letters)
            and string sub -s (math $index + 1) -- "$argv[2]"
            return
        end
    end
end

# Follows the words before the cursor: path, number of arguments, option whose value comes
# next, whether options have ended, then the options to pass on, a line each.
function __wallet_walk
    set -l path ''
    set -l count 0
    set -l pending ''
    set -l ended ''
    set -l pass
    for word in $argv
        set -l given
        if test -n "$pending"
            set given $pending "$word"
            set pending ''
        else if test -n "$ended" -o "$word" = -; or not string match -q -- '-*' "$word"
            if test $count -eq 0; and __wallet_enters "$path" "$word"
                set path (string trim -- "$path $word")
            else
                set count (math $count + 1)
            end
        else if test "$word" = --
            set ended 1
        else if string match -q -- '--*=*' "$word"
            set given (string split -m 1 = -- "$word")
        else if string match -q -- '--*' "$word"
            __wallet_option "$path" "$word" >/dev/null; and set pending $word
        else
            set given (__wallet_letters "$path" (string sub -s 2 -- "$word"))
            if test (count $given) -eq 1
                set pending $given
            end
        end
        if test (count $given) -eq 2; and contains -- $given[1] -C
            set -a pass $given[1] (string replace -r '^~(?=/|$)' -- "$HOME" $given[2])
        end
    end
    printf '%s\n' "$path" "$count" "$pending" "$ended" $pass
end

function __wallet_complete
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    set -l place (__wallet_walk $words[2..-1])
    set -l path $place[1]
    set -l pending $place[3]
    set -l ended $place[4]
    set -l pass (math (count $place) - 4) $place[5..-1]
    if test -z "$path" -a "$place[2]" -gt 0
        # A command that this table does not know.
        __wallet_values '' 0 file
    else if test -n "$pending"
        __wallet_values '' $pass (__wallet_option "$path" $pending)
    else if test -z "$ended"; and string match -q -- '--*=*' "$cur"
        set -l option (string split -m 1 = -- "$cur")[1]
        set -l kind (__wallet_option "$path" $option)
        and __wallet_values "$option=" $pass $kind
    else if test -z "$ended"; and string match -q -- '-*' "$cur"
        __wallet_options "$path"
    else
        test "$place[2]" -eq 0; and __wallet_commands "$path"
        set -l kind (__wallet_argument "$path" $place[2])
        test (count $kind) -gt 0; and __wallet_values '' $pass $kind
    end
    return 0
end

complete -c wallet -f -a '(__wallet_complete)'
