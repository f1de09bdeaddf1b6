// The part of the bash script that is the same for every table: it walks over the words before
// the cursor as the parser does, then offers what may stand there.

struct BashMachine {
    /// The tool's name as part of a function's name.
    let name: String
    let tool: String
    /// The pattern of the options that are passed on to the tool.
    let passed: String

    var script: String { steps + offers + joining + walking + main }

    private var steps: String {
        #"""
        # Moves path to the subcommand; fails when there is no such one.
        _\#(name)_enter() {
            local word commands=() hidden=() options=()
            _\#(name)_node "$path"
            for word in ${commands[@]+"${commands[@]}"} ${hidden[@]+"${hidden[@]}"}; do
                if [[ $word == "$1" ]]; then
                    path=${path:+$path }$1
                    return 0
                fi
            done
            return 1
        }

        # Keeps an option that decides where dynamic values come from.
        _\#(name)_pass() {
            local value=$2
            case $1 in
            \#(passed)) ;;
            *) return 0 ;;
            esac
            [[ $value == '~' || $value == '~/'* ]] && value=$HOME${value:1}
            pass+=("$1" "$value")
        }

        # Reads the letters after one dash.
        _\#(name)_letters() {
            local letters=$1
            while [[ $letters ]]; do
                if _\#(name)_option "$path" "-${letters:0:1}"; then
                    if [[ ${letters:1} ]]; then
                        _\#(name)_pass "-${letters:0:1}" "${letters:1}"
                    else
                        pending=-$letters
                    fi
                    return 0
                fi
                letters=${letters:1}
            done
        }


        """#
    }

    private var offers: String {
        #"""
        # Makes a word harmless where it is inserted; fails when nothing can. A name that comes
        # from others may hold "$(...)".
        _\#(name)_quote() {
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
        _\#(name)_offer() {
            local word
            for word in "$@"; do
                word=$prefix$word
                [[ $word == "$cur"* ]] || continue
                word=${word#"$strip"}
                [[ $raw ]] || _\#(name)_quote || continue
                COMPREPLY+=("$word")
            done
        }

        # Offers values of the kind.
        _\#(name)_values() {
            local line lines=() raw=''
            case $kind in
            words) _\#(name)_offer ${values[@]+"${values[@]}"} ;;
            dynamic)
                while IFS= read -r line; do
                    [[ $line ]] && lines+=("$line")
                done < <(command \#(tool) ${pass[@]+"${pass[@]}"} completion \
                    --values "${values[0]}" 2>/dev/null </dev/null)
                _\#(name)_offer ${lines[@]+"${lines[@]}"}
                ;;
            file | directory)
                # Readline itself quotes names of files.
                compopt -o filenames 2>/dev/null
                raw=1
                while IFS= read -r line; do
                    lines+=("$line")
                done < <(compgen -"${kind:0:1}" -- "${cur#"$prefix"}" 2>/dev/null)
                _\#(name)_offer ${lines[@]+"${lines[@]}"}
                ;;
            esac
        }


        """#
    }

    private var joining: String {
        #"""
        # The word without its quotes and backslashes. Nothing is expanded.
        _\#(name)_unquote() {
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
        _\#(name)_join() {
            local i piece unquoted joins='' breaks='^[=:]+$'
            for ((i = 0; i <= COMP_CWORD; i++)); do
                piece=${COMP_WORDS[i]}
                quote=''
                [[ $piece == [\"\']* ]] && quote=${piece:0:1}
                _\#(name)_unquote "$piece"
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


        """#
    }

    private var walking: String {
        #"""
        # Follows the words before the cursor to the place where it stands.
        _\#(name)_walk() {
            local i word
            for ((i = 1; i < ${#words[@]} - 1; i++)); do
                word=${words[i]}
                if [[ $pending ]]; then
                    _\#(name)_pass "$pending" "$word"
                    pending=''
                elif [[ $ended || $word == - || $word != -* ]]; then
                    if ((count == 0)) && _\#(name)_enter "$word"; then
                        continue
                    fi
                    [[ $path ]] || known=''
                    count=$((count + 1))
                elif [[ $word == -- ]]; then
                    ended=1
                elif [[ $word == --*=* ]]; then
                    _\#(name)_pass "${word%%=*}" "${word#*=}"
                elif [[ $word == --* ]]; then
                    _\#(name)_option "$path" "$word" && pending=$word
                else
                    _\#(name)_letters "${word#-}"
                fi
            done
        }


        """#
    }

    private var main: String {
        #"""
        _\#(name)() {
            local IFS=$' \t\n' words=() values=() commands=() hidden=() options=() pass=()
            local path='' kind='' pending='' ended='' known=1 count=0
            local prefix='' strip='' quote='' raw='' cur
            COMPREPLY=()
            _\#(name)_join
            _\#(name)_walk
            cur=${words[${#words[@]} - 1]}
            if [[ ! $known ]]; then
                # A command that this table does not know.
                kind=file
                _\#(name)_values
            elif [[ $pending ]]; then
                _\#(name)_option "$path" "$pending"
                _\#(name)_values
            elif [[ ! $ended && $cur == --*=* ]]; then
                prefix=${cur%%=*}=
                _\#(name)_option "$path" "${cur%%=*}" && _\#(name)_values
            else
                _\#(name)_node "$path"
                if [[ ! $ended && $cur == -* ]]; then
                    _\#(name)_offer ${options[@]+"${options[@]}"}
                else
                    if ((count == 0)); then
                        _\#(name)_offer ${commands[@]+"${commands[@]}"}
                    fi
                    _\#(name)_argument "$path" "$count"
                    _\#(name)_values
                fi
            fi
            return 0
        }

        complete -F _\#(name) \#(ShellText.word(tool))

        """#
    }
}
