// The part of the zsh script that is the same for every table: see `BashMachine`.

struct ZshMachine {
    /// The tool's name as part of a function's name.
    let name: String
    let tool: String
    /// The pattern of the options that are passed on to the tool.
    let passed: String

    var script: String { steps + offers + walking + main }

    private var steps: String {
        #"""
        # Moves place to the subcommand; fails when there is no such one.
        _\#(name)_enter() {
            local word
            local -a commands hidden options
            _\#(name)_node "$place"
            for word in "${commands[@]}" "${hidden[@]}"; do
                if [[ ${word%%:*} == "$1" ]]; then
                    place=${place:+$place }$1
                    return 0
                fi
            done
            return 1
        }

        # Keeps an option that decides where dynamic values come from.
        _\#(name)_pass() {
            local value=$2
            case $1 in
            (\#(passed)) ;;
            (*) return 0 ;;
            esac
            [[ $value == '~' || $value == '~/'* ]] && value=$HOME${value#'~'}
            pass+=("$1" "$value")
        }

        # Reads the letters after one dash.
        _\#(name)_letters() {
            local letters=$1
            while [[ -n $letters ]]; do
                if _\#(name)_option "$place" "-${letters[1]}"; then
                    if [[ -n ${letters[2,-1]} ]]; then
                        _\#(name)_pass "-${letters[1]}" "${letters[2,-1]}"
                    else
                        pending=-$letters
                    fi
                    return 0
                fi
                letters=${letters[2,-1]}
            done
        }


        """#
    }

    private var offers: String {
        #"""
        # Offers values of the kind.
        _\#(name)_values() {
            case $kind in
            (words) compadd -- "${values[@]}" ;;
            (dynamic)
                local -a lines
                lines=("${(@f)$(command \#(tool) "${pass[@]}" completion \
                    --values "${values[1]}" 2>/dev/null </dev/null)}")
                lines=("${(@)lines:#}")
                compadd -- "${lines[@]}"
                ;;
            (file) _files ;;
            (directory) _files -/ ;;
            (*) return 1 ;;
            esac
        }


        """#
    }

    private var walking: String {
        #"""
        # Follows the words before the cursor to the place where it stands.
        _\#(name)_walk() {
            local word
            local -i i
            for ((i = 2; i < CURRENT; i++)); do
                word=${(Q)words[i]}
                if [[ -n $pending ]]; then
                    _\#(name)_pass "$pending" "$word"
                    pending=''
                elif [[ -n $ended || $word == - || $word != -* ]]; then
                    if ((count == 0)) && _\#(name)_enter "$word"; then
                        continue
                    fi
                    [[ -n $place ]] || known=''
                    count=$((count + 1))
                elif [[ $word == -- ]]; then
                    ended=1
                elif [[ $word == --*=* ]]; then
                    _\#(name)_pass "${word%%=*}" "${word#*=}"
                elif [[ $word == --* ]]; then
                    _\#(name)_option "$place" "$word" && pending=$word
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
            local place='' kind='' pending='' ended='' known=1 cur
            local -i count=0 result=1
            local -a values commands hidden options pass
            _\#(name)_walk
            cur=${(Q)PREFIX}
            if [[ -z $known ]]; then
                # A command that this table does not know.
                _files
            elif [[ -n $pending ]]; then
                _\#(name)_option "$place" "$pending"
                _\#(name)_values
            elif [[ -z $ended && $cur == --*=* ]]; then
                _\#(name)_option "$place" "${cur%%=*}" || return 1
                compset -P '*='
                _\#(name)_values
            else
                _\#(name)_node "$place"
                if [[ -z $ended && $cur == -* ]]; then
                    _describe -o option options
                    return
                fi
                if ((count == 0 && ${#commands})); then
                    _describe command commands && result=0
                fi
                _\#(name)_argument "$place" "$count"
                _\#(name)_values && result=0
                return $result
            fi
        }

        if [[ $funcstack[1] == _\#(name) ]]; then
            _\#(name) "$@"
        elif (( $+functions[compdef] )); then
            compdef _\#(name) \#(ShellText.word(tool))
        fi

        """#
    }
}
