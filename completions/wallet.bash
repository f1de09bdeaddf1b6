# Completion of wallet for bash: generated from its table of commands.

# The words at a path.
_wallet_node() {
    case $1 in
    '')
        commands=(init restore demo address contact unit key clone sync bundle device lease retry cancel sync-serve peer user invite issue pay limit sign clear balance log show watch serve send inbox request requests proxy channel coin paymail seal prove verify checkpoint witness audit headers fsck reindex hook config help completion version)
        hidden=(manual)
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'init')
        commands=()
        hidden=()
        options=(--name --domain --words --no-passphrase -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'restore')
        commands=()
        hidden=()
        options=(--name --domain --no-passphrase -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'demo')
        commands=()
        hidden=()
        options=(--keep -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'address')
        commands=(list new puzzle show)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'address list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'address new')
        commands=()
        hidden=()
        options=(--name --scheme -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'address puzzle')
        commands=()
        hidden=()
        options=(--threshold --name -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'address show')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'contact')
        commands=(list add remove)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'contact list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'contact add')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'contact remove')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'unit')
        commands=(list new show)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'unit list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'unit new')
        commands=()
        hidden=()
        options=(--name --scale --form --terms --issuer -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'unit show')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'key')
        commands=(export import passphrase)
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'key export')
        commands=()
        hidden=()
        options=(--form -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'key import')
        commands=()
        hidden=()
        options=(--scheme -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'key passphrase')
        commands=()
        hidden=()
        options=(--new-passphrase-file --no-passphrase -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'clone')
        commands=()
        hidden=()
        options=(--with-keys --no-passphrase -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'sync')
        commands=()
        hidden=()
        options=(-n --dry-run --pull --push -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'bundle')
        commands=(create apply)
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'bundle create')
        commands=()
        hidden=()
        options=(--to --force -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'bundle apply')
        commands=()
        hidden=()
        options=(--identity -n --dry-run -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'device')
        commands=(list revoke allow allowances)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'device list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'device revoke')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'device allow')
        commands=()
        hidden=()
        options=(--address --until -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'device allowances')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'lease')
        commands=(show take release)
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'lease show')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'lease take')
        commands=()
        hidden=()
        options=(--for --force -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'lease release')
        commands=()
        hidden=()
        options=(--to --for -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'retry')
        commands=()
        hidden=()
        options=(--list --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'cancel')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'sync-serve')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'peer')
        commands=(list add remove resend show)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'peer list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'peer add')
        commands=()
        hidden=()
        options=(--key --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'peer remove')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'peer resend')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'peer show')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'user')
        commands=(add allow list remove show token)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'user add')
        commands=()
        hidden=()
        options=(--allowance -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'user allow')
        commands=()
        hidden=()
        options=(--none -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'user list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'user remove')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'user show')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'user token')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'invite')
        commands=(add list remove)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'invite add')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'invite list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'invite remove')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'issue')
        commands=()
        hidden=()
        options=(--to --credit --expires --active --note --id --domain --clear --send -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'pay')
        commands=()
        hidden=()
        options=(--to --from --domain --expires --active --note --id --hashlock --credit --clear --send -y --yes -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'limit')
        commands=()
        hidden=()
        options=(--max --min --of --id --clear -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'sign')
        commands=()
        hidden=()
        options=(--hashee -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'clear')
        commands=()
        hidden=()
        options=(-n --dry-run --atomic --stop --domain -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'balance')
        commands=()
        hidden=()
        options=(--unit --at --domain --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'log')
        commands=()
        hidden=()
        options=(--unit -n --count --since --reverse --blocks --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'show')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'watch')
        commands=()
        hidden=()
        options=(--since --follow --no-follow -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'serve')
        commands=()
        hidden=()
        options=(--listen --tls-cert --tls-key --read-only --public-url -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'send')
        commands=()
        hidden=()
        options=(--to --answer --note --file --subject --from --expires --pending --retry --forget --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'inbox')
        commands=(list show accept refuse delete receive)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'inbox list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'inbox show')
        commands=()
        hidden=()
        options=(--documents -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'inbox accept')
        commands=()
        hidden=()
        options=(--all --save --name -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'inbox refuse')
        commands=()
        hidden=()
        options=(--all --reason -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'inbox delete')
        commands=()
        hidden=()
        options=(--all -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'inbox receive')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'request')
        commands=()
        hidden=()
        options=(--memo --expires --for --id --proxy --uri --qr -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'requests')
        commands=(list show take cancel deliver proof)
        hidden=()
        options=(--paid --state --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'requests list')
        commands=()
        hidden=()
        options=(--paid --state --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'requests show')
        commands=()
        hidden=()
        options=(--uri --qr --receipt -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'requests take')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'requests cancel')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'requests deliver')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'requests proof')
        commands=()
        hidden=()
        options=(--timeout -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'proxy')
        commands=(serve connect)
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'proxy serve')
        commands=()
        hidden=()
        options=(--listen --public-url --store --mode --admit-secret-file --require-secret --tls-cert --tls-key --behind-proxy --answer-time --channel-time --keep-time --connections --connections-per-address -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'proxy connect')
        commands=()
        hidden=()
        options=(--daemon --stop --once --admit-secret-file --headers --network -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel')
        commands=(account add create delete forget list mark read serve token watch write)
        hidden=()
        options=(--format --server --account --account-id --password-file --password-fd --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel account')
        commands=()
        hidden=()
        options=(--store --user -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel add')
        commands=()
        hidden=()
        options=(--token-file --token-fd --public --ca --offline -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel create')
        commands=()
        hidden=()
        options=(--server --account --account-id --password-file --password-fd --ca --public-read --public-write --sequenced --min-days --max-days --prune -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel delete')
        commands=()
        hidden=()
        options=(--all --token-file --token-fd --public --ca --server --account --account-id --password-file --password-fd -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel forget')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel list')
        commands=()
        hidden=()
        options=(--format --server --account --account-id --password-file --password-fd --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel mark')
        commands=()
        hidden=()
        options=(--unread --older --token-file --token-fd --public --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel read')
        commands=()
        hidden=()
        options=(--unread --after --mark --next --timeout --raw --token-in-query --token-file --token-fd --public --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel serve')
        commands=()
        hidden=()
        options=(--listen --store --account --public-url --tls-cert --tls-key --rate --plain-notify --headers --network --verify-proofs -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel token')
        commands=()
        hidden=()
        options=(--read --write --description --list --end --server --account --account-id --password-file --password-fd --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel watch')
        commands=()
        hidden=()
        options=(--read --mark --token-in-query --token-file --token-fd --public --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'channel write')
        commands=()
        hidden=()
        options=(--type --if-highest --token-file --token-fd --public --ca -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin')
        commands=(address balance broadcast import list receive rescan send)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin address')
        commands=()
        hidden=()
        options=(--label -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin balance')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin broadcast')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin import')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin list')
        commands=()
        hidden=()
        options=(--transactions --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin receive')
        commands=()
        hidden=()
        options=(--label -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin rescan')
        commands=()
        hidden=()
        options=(--node --from --gap --account -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'coin send')
        commands=()
        hidden=()
        options=(--to --id --raw --no-broadcast --fee -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'paymail')
        commands=(list add remove show serve approve)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'paymail list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'paymail add')
        commands=()
        hidden=()
        options=(--address --key --name --avatar -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'paymail remove')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'paymail show')
        commands=()
        hidden=()
        options=(--resolve --accept-key -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'paymail serve')
        commands=()
        hidden=()
        options=(--domain --listen --public-url --tls-cert --tls-key --behind-proxy --validate-senders --approve --reference-time --rate --resolve -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'paymail approve')
        commands=()
        hidden=()
        options=(--deny --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'seal')
        commands=()
        hidden=()
        options=(--stack --work --if-older-than --min-documents -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'prove')
        commands=()
        hidden=()
        options=(--balance --unit --absent --since --consistency --format -o --output -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'verify')
        commands=()
        hidden=()
        options=(--policy --checkpoint --headers -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'checkpoint')
        commands=()
        hidden=()
        options=(--key --add --policy -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness')
        commands=(add-checkpoint forget key list request show trust)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness add-checkpoint')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness forget')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness key')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness request')
        commands=()
        hidden=()
        options=(--old -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness show')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'witness trust')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'audit')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'headers')
        commands=(follow import serve show tip verify)
        hidden=()
        options=(--store --network --stacks --all --raw --hex --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'headers follow')
        commands=()
        hidden=()
        options=(--store --network --interval --token-file --once -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'headers import')
        commands=()
        hidden=()
        options=(--store --network -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'headers serve')
        commands=()
        hidden=()
        options=(--store --network --interval --token-file --listen --tls-cert --tls-key --follow --private --allow-private-webhooks -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'headers show')
        commands=()
        hidden=()
        options=(--store --network --stacks --count --raw --hex --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'headers tip')
        commands=()
        hidden=()
        options=(--store --network --stacks --all --raw --hex --format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'headers verify')
        commands=()
        hidden=()
        options=(--store --network --stacks --root --height -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'fsck')
        commands=()
        hidden=()
        options=(--full --repair -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'reindex')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'hook')
        commands=(list test run)
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'hook list')
        commands=()
        hidden=()
        options=(--format -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'hook test')
        commands=()
        hidden=()
        options=(--input -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'hook run')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'config')
        commands=(get list set unset)
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'config get')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'config list')
        commands=()
        hidden=()
        options=(--show-origin --show-scope -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'config set')
        commands=()
        hidden=()
        options=(--global -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'config unset')
        commands=()
        hidden=()
        options=(--global -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'help')
        commands=()
        hidden=()
        options=(-a --all -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'completion')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'manual')
        commands=()
        hidden=()
        options=(-C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    'version')
        commands=()
        hidden=()
        options=(--build-options -C -c --json -q --quiet --color --no-pager --wait --passphrase-file --passphrase-fd -h --help --version)
        ;;
    esac
}

# The kind of an option's value; fails when it takes none.
_wallet_option() {
    kind='' values=()
    case $2 in
    -C) kind=directory ;;
    -c) kind=none ;;
    --color) kind=words values=(auto always never) ;;
    --wait) kind=none ;;
    --passphrase-file) kind=file ;;
    --passphrase-fd) kind=none ;;
    esac
    [[ $kind ]] && return 0
    case $1 in
    'init')
        case $2 in
        --name) kind=none ;;
        --domain) kind=none ;;
        --words) kind=words values=(12 24) ;;
        esac
        ;;
    'restore')
        case $2 in
        --name) kind=none ;;
        --domain) kind=none ;;
        esac
        ;;
    'address')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'address list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'address new')
        case $2 in
        --name) kind=none ;;
        --scheme) kind=words values=(ecdsa-secp256k1 eddsa-ed25519) ;;
        esac
        ;;
    'address puzzle')
        case $2 in
        --threshold) kind=none ;;
        --name) kind=none ;;
        esac
        ;;
    'contact')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'contact list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'unit')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'unit list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'unit new')
        case $2 in
        --name) kind=none ;;
        --scale) kind=none ;;
        --form) kind=words values=(currency points ticket voucher coupon card badge) ;;
        --terms) kind=none ;;
        --issuer) kind=dynamic values=(addresses) ;;
        esac
        ;;
    'key export')
        case $2 in
        --form) kind=words values=(hex wif) ;;
        esac
        ;;
    'key import')
        case $2 in
        --scheme) kind=words values=(ecdsa-secp256k1 eddsa-ed25519) ;;
        esac
        ;;
    'key passphrase')
        case $2 in
        --new-passphrase-file) kind=file ;;
        esac
        ;;
    'bundle create')
        case $2 in
        --to) kind=none ;;
        esac
        ;;
    'bundle apply')
        case $2 in
        --identity) kind=file ;;
        esac
        ;;
    'device')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'device list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'device allow')
        case $2 in
        --address) kind=dynamic values=(own) ;;
        --until) kind=none ;;
        esac
        ;;
    'device allowances')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'lease take')
        case $2 in
        --for) kind=none ;;
        esac
        ;;
    'lease release')
        case $2 in
        --to) kind=none ;;
        --for) kind=none ;;
        esac
        ;;
    'retry')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'peer')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'peer list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'peer add')
        case $2 in
        --key) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'user')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'user add')
        case $2 in
        --allowance) kind=none ;;
        esac
        ;;
    'user list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'invite')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'invite list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'issue')
        case $2 in
        --to) kind=dynamic values=(addresses) ;;
        --credit) kind=none ;;
        --expires) kind=none ;;
        --active) kind=none ;;
        --note) kind=none ;;
        --id) kind=none ;;
        --domain) kind=dynamic values=(peers) ;;
        esac
        ;;
    'pay')
        case $2 in
        --to) kind=dynamic values=(addresses) ;;
        --from) kind=dynamic values=(own) ;;
        --domain) kind=dynamic values=(peers) ;;
        --expires) kind=none ;;
        --active) kind=none ;;
        --note) kind=none ;;
        --id) kind=none ;;
        --hashlock) kind=none ;;
        --credit) kind=none ;;
        esac
        ;;
    'limit')
        case $2 in
        --max) kind=none ;;
        --min) kind=none ;;
        --of) kind=dynamic values=(addresses) ;;
        --id) kind=none ;;
        esac
        ;;
    'sign')
        case $2 in
        --hashee) kind=none ;;
        esac
        ;;
    'clear')
        case $2 in
        --domain) kind=dynamic values=(peers) ;;
        esac
        ;;
    'balance')
        case $2 in
        --unit) kind=dynamic values=(units) ;;
        --at) kind=none ;;
        --domain) kind=dynamic values=(peers) ;;
        --format) kind=none ;;
        esac
        ;;
    'log')
        case $2 in
        --unit) kind=dynamic values=(units) ;;
        -n | --count) kind=none ;;
        --since) kind=none ;;
        --format) kind=words values=(csv ledger json) ;;
        esac
        ;;
    'watch')
        case $2 in
        --since) kind=none ;;
        esac
        ;;
    'serve')
        case $2 in
        --listen) kind=none ;;
        --tls-cert) kind=file ;;
        --tls-key) kind=file ;;
        --public-url) kind=none ;;
        esac
        ;;
    'send')
        case $2 in
        --to) kind=dynamic values=(peers) ;;
        --answer) kind=dynamic values=(messages) ;;
        --note) kind=none ;;
        --file) kind=file ;;
        --subject) kind=none ;;
        --from) kind=dynamic values=(own) ;;
        --expires) kind=none ;;
        --format) kind=none ;;
        esac
        ;;
    'inbox')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'inbox list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'inbox accept')
        case $2 in
        --save) kind=file ;;
        --name) kind=none ;;
        esac
        ;;
    'inbox refuse')
        case $2 in
        --reason) kind=none ;;
        esac
        ;;
    'request')
        case $2 in
        --memo) kind=none ;;
        --expires) kind=none ;;
        --for) kind=dynamic values=(own) ;;
        --id) kind=none ;;
        --proxy) kind=none ;;
        esac
        ;;
    'requests')
        case $2 in
        --state) kind=words values=(pending paid expired cancelled) ;;
        --format) kind=none ;;
        esac
        ;;
    'requests list')
        case $2 in
        --state) kind=words values=(pending paid expired cancelled) ;;
        --format) kind=none ;;
        esac
        ;;
    'requests proof')
        case $2 in
        --timeout) kind=none ;;
        esac
        ;;
    'proxy serve')
        case $2 in
        --listen) kind=none ;;
        --public-url) kind=none ;;
        --store) kind=directory ;;
        --mode) kind=words values=(hybrid socket) ;;
        --admit-secret-file) kind=file ;;
        --tls-cert) kind=file ;;
        --tls-key) kind=file ;;
        --answer-time) kind=none ;;
        --channel-time) kind=none ;;
        --keep-time) kind=none ;;
        --connections) kind=none ;;
        --connections-per-address) kind=none ;;
        esac
        ;;
    'proxy connect')
        case $2 in
        --admit-secret-file) kind=file ;;
        --headers) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        esac
        ;;
    'channel')
        case $2 in
        --format) kind=none ;;
        --server) kind=none ;;
        --account) kind=none ;;
        --account-id) kind=none ;;
        --password-file) kind=file ;;
        --password-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'channel account')
        case $2 in
        --store) kind=directory ;;
        --user) kind=none ;;
        esac
        ;;
    'channel add')
        case $2 in
        --token-file) kind=file ;;
        --token-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'channel create')
        case $2 in
        --server) kind=none ;;
        --account) kind=none ;;
        --account-id) kind=none ;;
        --password-file) kind=file ;;
        --password-fd) kind=none ;;
        --ca) kind=file ;;
        --min-days) kind=none ;;
        --max-days) kind=none ;;
        esac
        ;;
    'channel delete')
        case $2 in
        --token-file) kind=file ;;
        --token-fd) kind=none ;;
        --ca) kind=file ;;
        --server) kind=none ;;
        --account) kind=none ;;
        --account-id) kind=none ;;
        --password-file) kind=file ;;
        --password-fd) kind=none ;;
        esac
        ;;
    'channel list')
        case $2 in
        --format) kind=none ;;
        --server) kind=none ;;
        --account) kind=none ;;
        --account-id) kind=none ;;
        --password-file) kind=file ;;
        --password-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'channel mark')
        case $2 in
        --token-file) kind=file ;;
        --token-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'channel read')
        case $2 in
        --after) kind=none ;;
        --timeout) kind=none ;;
        --token-file) kind=file ;;
        --token-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'channel serve')
        case $2 in
        --listen) kind=none ;;
        --store) kind=directory ;;
        --account) kind=none ;;
        --public-url) kind=none ;;
        --tls-cert) kind=file ;;
        --tls-key) kind=file ;;
        --rate) kind=none ;;
        --headers) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        esac
        ;;
    'channel token')
        case $2 in
        --description) kind=none ;;
        --end) kind=none ;;
        --server) kind=none ;;
        --account) kind=none ;;
        --account-id) kind=none ;;
        --password-file) kind=file ;;
        --password-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'channel watch')
        case $2 in
        --token-file) kind=file ;;
        --token-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'channel write')
        case $2 in
        --type) kind=none ;;
        --if-highest) kind=none ;;
        --token-file) kind=file ;;
        --token-fd) kind=none ;;
        --ca) kind=file ;;
        esac
        ;;
    'coin')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'coin address')
        case $2 in
        --label) kind=none ;;
        esac
        ;;
    'coin balance')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'coin list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'coin receive')
        case $2 in
        --label) kind=none ;;
        esac
        ;;
    'coin rescan')
        case $2 in
        --node) kind=none ;;
        --from) kind=none ;;
        --gap) kind=none ;;
        --account) kind=none ;;
        esac
        ;;
    'coin send')
        case $2 in
        --to) kind=none ;;
        --id) kind=none ;;
        --fee) kind=none ;;
        esac
        ;;
    'paymail')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'paymail list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'paymail add')
        case $2 in
        --address) kind=dynamic values=(own) ;;
        --key) kind=dynamic values=(own) ;;
        --name) kind=none ;;
        --avatar) kind=none ;;
        esac
        ;;
    'paymail show')
        case $2 in
        --resolve) kind=none ;;
        esac
        ;;
    'paymail serve')
        case $2 in
        --domain) kind=none ;;
        --listen) kind=none ;;
        --public-url) kind=none ;;
        --tls-cert) kind=file ;;
        --tls-key) kind=file ;;
        --reference-time) kind=none ;;
        --rate) kind=none ;;
        --resolve) kind=none ;;
        esac
        ;;
    'paymail approve')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'seal')
        case $2 in
        --work) kind=words values=(207fffff 1f00ffff 1d00ffff) ;;
        --if-older-than) kind=none ;;
        --min-documents) kind=none ;;
        esac
        ;;
    'prove')
        case $2 in
        --balance) kind=dynamic values=(addresses) ;;
        --unit) kind=dynamic values=(units) ;;
        --absent) kind=none ;;
        --since) kind=none ;;
        --consistency) kind=file ;;
        --format) kind=words values=(json tlog tsc bump) ;;
        -o | --output) kind=file ;;
        esac
        ;;
    'verify')
        case $2 in
        --policy) kind=file ;;
        --checkpoint) kind=file ;;
        --headers) kind=file ;;
        esac
        ;;
    'checkpoint')
        case $2 in
        --add) kind=file ;;
        --policy) kind=file ;;
        esac
        ;;
    'witness')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'witness list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'witness request')
        case $2 in
        --old) kind=none ;;
        esac
        ;;
    'headers')
        case $2 in
        --store) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        --format) kind=none ;;
        esac
        ;;
    'headers follow')
        case $2 in
        --store) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        --interval) kind=none ;;
        --token-file) kind=file ;;
        esac
        ;;
    'headers import')
        case $2 in
        --store) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        esac
        ;;
    'headers serve')
        case $2 in
        --store) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        --interval) kind=none ;;
        --token-file) kind=file ;;
        --listen) kind=none ;;
        --tls-cert) kind=file ;;
        --tls-key) kind=file ;;
        --follow) kind=none ;;
        esac
        ;;
    'headers show')
        case $2 in
        --store) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        --count) kind=none ;;
        --format) kind=none ;;
        esac
        ;;
    'headers tip')
        case $2 in
        --store) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        --format) kind=none ;;
        esac
        ;;
    'headers verify')
        case $2 in
        --store) kind=directory ;;
        --network) kind=words values=(mainnet testnet stn regtest) ;;
        --root) kind=none ;;
        --height) kind=none ;;
        esac
        ;;
    'hook')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'hook list')
        case $2 in
        --format) kind=none ;;
        esac
        ;;
    'hook test')
        case $2 in
        --input) kind=file ;;
        esac
        ;;
    'completion')
        case $2 in
        --values) kind=none ;;
        esac
        ;;
    esac
    [[ $kind ]]
}

# The kind of a positional argument.
_wallet_argument() {
    kind='' values=()
    case $1 in
    'init')
        case $2 in
        0) kind=directory ;;
        esac
        ;;
    'restore')
        case $2 in
        0) kind=directory ;;
        esac
        ;;
    'address puzzle')
        case $2 in
        *) kind=dynamic values=(addresses) ;;
        esac
        ;;
    'address show')
        case $2 in
        0) kind=dynamic values=(addresses) ;;
        esac
        ;;
    'contact add')
        case $2 in
        0) kind=none ;;
        1) kind=none ;;
        esac
        ;;
    'contact remove')
        case $2 in
        0) kind=dynamic values=(contacts) ;;
        esac
        ;;
    'unit new')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'unit show')
        case $2 in
        0) kind=dynamic values=(units) ;;
        esac
        ;;
    'key export')
        case $2 in
        0) kind=dynamic values=(own) ;;
        esac
        ;;
    'key import')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'key passphrase')
        case $2 in
        0) kind=dynamic values=(own) ;;
        esac
        ;;
    'clone')
        case $2 in
        0) kind=directory ;;
        1) kind=directory ;;
        esac
        ;;
    'sync')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'bundle create')
        case $2 in
        0) kind=file ;;
        esac
        ;;
    'bundle apply')
        case $2 in
        0) kind=file ;;
        esac
        ;;
    'device revoke')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'device allow')
        case $2 in
        0) kind=none ;;
        1) kind=none ;;
        2) kind=dynamic values=(units) ;;
        esac
        ;;
    'retry')
        case $2 in
        *) kind=none ;;
        esac
        ;;
    'cancel')
        case $2 in
        *) kind=none ;;
        esac
        ;;
    'peer add')
        case $2 in
        0) kind=none ;;
        1) kind=none ;;
        esac
        ;;
    'peer remove')
        case $2 in
        0) kind=dynamic values=(peers) ;;
        esac
        ;;
    'peer resend')
        case $2 in
        0) kind=dynamic values=(peers) ;;
        esac
        ;;
    'peer show')
        case $2 in
        0) kind=dynamic values=(peers) ;;
        esac
        ;;
    'user add')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'user allow')
        case $2 in
        0) kind=dynamic values=(users) ;;
        1) kind=none ;;
        2) kind=dynamic values=(units) ;;
        esac
        ;;
    'user remove')
        case $2 in
        0) kind=dynamic values=(users) ;;
        esac
        ;;
    'user show')
        case $2 in
        0) kind=dynamic values=(users) ;;
        esac
        ;;
    'user token')
        case $2 in
        0) kind=dynamic values=(users) ;;
        esac
        ;;
    'invite add')
        case $2 in
        0) kind=dynamic values=(addresses) ;;
        esac
        ;;
    'invite remove')
        case $2 in
        0) kind=dynamic values=(addresses) ;;
        esac
        ;;
    'issue')
        case $2 in
        0) kind=none ;;
        1) kind=dynamic values=(units) ;;
        esac
        ;;
    'pay')
        case $2 in
        0) kind=file ;;
        1) kind=dynamic values=(units) ;;
        esac
        ;;
    'limit')
        case $2 in
        0) kind=dynamic values=(units) ;;
        esac
        ;;
    'sign')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'clear')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'balance')
        case $2 in
        0) kind=dynamic values=(addresses) ;;
        esac
        ;;
    'log')
        case $2 in
        0) kind=dynamic values=(addresses) ;;
        esac
        ;;
    'show')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'send')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'inbox show')
        case $2 in
        0) kind=dynamic values=(messages) ;;
        esac
        ;;
    'inbox accept')
        case $2 in
        *) kind=dynamic values=(messages) ;;
        esac
        ;;
    'inbox refuse')
        case $2 in
        *) kind=dynamic values=(messages) ;;
        esac
        ;;
    'inbox delete')
        case $2 in
        *) kind=dynamic values=(messages) ;;
        esac
        ;;
    'inbox receive')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'request')
        case $2 in
        0) kind=none ;;
        1) kind=dynamic values=(units) ;;
        esac
        ;;
    'requests show')
        case $2 in
        0) kind=dynamic values=(requests) ;;
        esac
        ;;
    'requests take')
        case $2 in
        0) kind=file ;;
        esac
        ;;
    'requests cancel')
        case $2 in
        0) kind=dynamic values=(requests) ;;
        esac
        ;;
    'requests proof')
        case $2 in
        0) kind=dynamic values=(requests) ;;
        esac
        ;;
    'proxy connect')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'channel account')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'channel add')
        case $2 in
        0) kind=none ;;
        1) kind=none ;;
        esac
        ;;
    'channel create')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'channel delete')
        case $2 in
        0) kind=dynamic values=(channels) ;;
        1) kind=none ;;
        esac
        ;;
    'channel forget')
        case $2 in
        0) kind=dynamic values=(channels) ;;
        esac
        ;;
    'channel mark')
        case $2 in
        0) kind=dynamic values=(channels) ;;
        1) kind=none ;;
        esac
        ;;
    'channel read')
        case $2 in
        0) kind=dynamic values=(channels) ;;
        esac
        ;;
    'channel token')
        case $2 in
        0) kind=dynamic values=(channels) ;;
        esac
        ;;
    'channel watch')
        case $2 in
        0) kind=dynamic values=(channels) ;;
        esac
        ;;
    'channel write')
        case $2 in
        0) kind=dynamic values=(channels) ;;
        1) kind=file ;;
        esac
        ;;
    'coin broadcast')
        case $2 in
        0) kind=dynamic values=(transactions) ;;
        esac
        ;;
    'coin import')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'coin receive')
        case $2 in
        0) kind=file ;;
        esac
        ;;
    'coin send')
        case $2 in
        0) kind=none ;;
        1) kind=words values=(BSV sat) ;;
        esac
        ;;
    'paymail add')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'paymail remove')
        case $2 in
        0) kind=dynamic values=(aliases) ;;
        esac
        ;;
    'paymail show')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'paymail approve')
        case $2 in
        0) kind=dynamic values=(approvals) ;;
        esac
        ;;
    'prove')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'verify')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'checkpoint')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'witness add-checkpoint')
        case $2 in
        0) kind=file ;;
        esac
        ;;
    'witness forget')
        case $2 in
        0) kind=dynamic values=(logs) ;;
        esac
        ;;
    'witness show')
        case $2 in
        0) kind=dynamic values=(logs) ;;
        esac
        ;;
    'witness trust')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'audit')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'headers follow')
        case $2 in
        *) kind=none ;;
        esac
        ;;
    'headers import')
        case $2 in
        0) kind=file ;;
        esac
        ;;
    'headers show')
        case $2 in
        0) kind=none ;;
        esac
        ;;
    'headers verify')
        case $2 in
        *) kind=file ;;
        esac
        ;;
    'hook test')
        case $2 in
        0) kind=words values=(pre-pay pre-clear post-clear post-receive post-seal post-sync bounce low-balance) ;;
        esac
        ;;
    'config get')
        case $2 in
        0) kind=words values=(advice.hints coin.broadcast coin.fee coin.hold coin.network coin.token color.ui core.pager core.wait domain.admission domain.mode domain.name hook.timeout inbox.admission inbox.limit inbox.limit-bytes pay.expires paymail.resolve request.ca request.channels request.channels-secret request.channels-user request.expires request.proxy serve.address-rate serve.connections-per-address serve.cors serve.listen serve.proxied serve.public-url serve.rate ssh.program stack.work user.address wallet.name) ;;
        esac
        ;;
    'config set')
        case $2 in
        0) kind=words values=(advice.hints coin.broadcast coin.fee coin.hold coin.network coin.token color.ui core.pager core.wait domain.admission domain.mode domain.name hook.timeout inbox.admission inbox.limit inbox.limit-bytes pay.expires paymail.resolve request.ca request.channels request.channels-secret request.channels-user request.expires request.proxy serve.address-rate serve.connections-per-address serve.cors serve.listen serve.proxied serve.public-url serve.rate ssh.program stack.work user.address wallet.name) ;;
        1) kind=none ;;
        esac
        ;;
    'config unset')
        case $2 in
        0) kind=words values=(advice.hints coin.broadcast coin.fee coin.hold coin.network coin.token color.ui core.pager core.wait domain.admission domain.mode domain.name hook.timeout inbox.admission inbox.limit inbox.limit-bytes pay.expires paymail.resolve request.ca request.channels request.channels-secret request.channels-user request.expires request.proxy serve.address-rate serve.connections-per-address serve.cors serve.listen serve.proxied serve.public-url serve.rate ssh.program stack.work user.address wallet.name) ;;
        esac
        ;;
    'help')
        case $2 in
        *) kind=dynamic values=(commands) ;;
        esac
        ;;
    'completion')
        case $2 in
        0) kind=words values=(bash zsh fish) ;;
        esac
        ;;
    'manual')
        case $2 in
        0) kind=directory ;;
        esac
        ;;
    esac
}

# Moves path to the subcommand; fails when there is no such one.
_wallet_enter() {
    local word commands=() hidden=() options=()
    _wallet_node "$path"
    for word in ${commands[@]+"${commands[@]}"} ${hidden[@]+"${hidden[@]}"}; do
        if [[ $word == "$1" ]]; then
            path=${path:+$path }$1
            return 0
        fi
    done
    return 1
}

# Keeps an option that decides where dynamic values come from.
_wallet_pass() {
    local value=$2
    case $1 in
    -C) ;;
    *) return 0 ;;
    esac
    [[ $value == '~' || $value == '~/'* ]] && value=$HOME${value:1}
    pass+=("$1" "$value")
}

# Reads the letters after one dash.
_wallet_letters() {
    local letters=$1
    while [[ $letters ]]; do
        if _wallet_option "$path" "-${letters:0:1}"; then
            if [[ ${letters:1} ]]; then
                _wallet_pass "-${letters:0:1}" "${letters:1}"
            else
                pending=-$letters
            fi
            return 0
        fi
        letters=${letters:1}
    done
}

# Makes a word harmless where it is inserted; fails when nothing can. A name that comes
# from others may hold "$(...)".
_wallet_quote() {
    case $quote in
    \') [[ $word != *\'* ]] ;;
    \")
        [[ $word != *!* ]] || return 1
        word=${word//\\/\\\\}
        word=${word//\"/\\\"}
        word=${word//\$/\\\$}
        word=${word//\`/\\\`}
        ;;
    *) printf -v word %q "$word" ;;
    esac
}

# Offers what starts with the word under the cursor.
_wallet_offer() {
    local word
    for word in "$@"; do
        word=$prefix$word
        [[ $word == "$cur"* ]] || continue
        word=${word#"$strip"}
        [[ $raw ]] || _wallet_quote || continue
        COMPREPLY+=("$word")
    done
}

# Offers values of the kind.
_wallet_values() {
    local line lines=() raw=''
    case $kind in
    words) _wallet_offer ${values[@]+"${values[@]}"} ;;
    dynamic)
        while IFS= read -r line; do
            [[ $line ]] && lines+=("$line")
        done < <(command wallet ${pass[@]+"${pass[@]}"} completion \
            --values "${values[0]}" 2>/dev/null </dev/null)
        _wallet_offer ${lines[@]+"${lines[@]}"}
        ;;
    file | directory)
        # Readline itself quotes names of files.
        compopt -o filenames 2>/dev/null
        raw=1
        while IFS= read -r line; do
            lines+=("$line")
        done < <(compgen -"${kind:0:1}" -- "${cur#"$prefix"}" 2>/dev/null)
        _wallet_offer ${lines[@]+"${lines[@]}"}
        ;;
    esac
}

# The word without its quotes and backslashes. Nothing is expanded.
_wallet_unquote() {
    unquoted=$1
    case $1 in
    \'*)
        unquoted=${unquoted#?}
        unquoted=${unquoted%\'}
        ;;
    *)
        unquoted=${unquoted#\"}
        unquoted=${unquoted%\"}
        unquoted=${unquoted//\\/}
        ;;
    esac
}

# Readline splits words at '=' and ':': joins them again up to the cursor. What readline
# does not replace of the last word goes to strip.
_wallet_join() {
    local i piece unquoted joins='' breaks='^[=:]+$'
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        quote=''
        [[ $piece == [\"\']* ]] && quote=${piece:0:1}
        _wallet_unquote "$piece"
        if ((i > 1)) && [[ $joins || $piece =~ $breaks ]]; then
            strip=${words[${#words[@]} - 1]}
            words[${#words[@]} - 1]=$strip$unquoted
        else
            words+=("$unquoted")
            strip=''
        fi
        joins=''
        if [[ $piece =~ $breaks ]]; then
            joins=1
            strip+=$piece
        fi
    done
}

# Follows the words before the cursor to the place where it stands.
_wallet_walk() {
    local i word
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        word=${words[i]}
        if [[ $pending ]]; then
            _wallet_pass "$pending" "$word"
            pending=''
        elif [[ $ended || $word == - || $word != -* ]]; then
            if ((count == 0)) && _wallet_enter "$word"; then
                continue
            fi
            [[ $path ]] || known=''
            count=$((count + 1))
        elif [[ $word == -- ]]; then
            ended=1
        elif [[ $word == --*=* ]]; then
            _wallet_pass "${word%%=*}" "${word#*=}"
        elif [[ $word == --* ]]; then
            _wallet_option "$path" "$word" && pending=$word
        else
            _wallet_letters "${word#-}"
        fi
    done
}

_wallet() {
    local IFS=$' \t\n' words=() values=() commands=() hidden=() options=() pass=()
    local path='' kind='' pending='' ended='' known=1 count=0
    local prefix='' strip='' quote='' raw='' cur
    COMPREPLY=()
    _wallet_join
    _wallet_walk
    cur=${words[${#words[@]} - 1]}
    if [[ ! $known ]]; then
        # A command that this table does not know.
        kind=file
        _wallet_values
    elif [[ $pending ]]; then
        _wallet_option "$path" "$pending"
        _wallet_values
    elif [[ ! $ended && $cur == --*=* ]]; then
        prefix=${cur%%=*}=
        _wallet_option "$path" "${cur%%=*}" && _wallet_values
    else
        _wallet_node "$path"
        if [[ ! $ended && $cur == -* ]]; then
            _wallet_offer ${options[@]+"${options[@]}"}
        else
            if ((count == 0)); then
                _wallet_offer ${commands[@]+"${commands[@]}"}
            fi
            _wallet_argument "$path" "$count"
            _wallet_values
        fi
    fi
    return 0
}

complete -F _wallet wallet
