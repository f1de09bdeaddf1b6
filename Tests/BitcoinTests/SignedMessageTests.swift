import Bytes
import Cryptography
import Testing

@testable import Bitcoin

@Suite struct SignedMessageTests {
    @Test func `the known signature is made and verified`() throws {
        let vector = try vectors("message", as: [String: String].self)
        let message = Array(try #require(vector["text"]).utf8)
        let key = try Secp256k1.PrivateKey(SecretBytes(hex(try #require(vector["secret"]))))
        #expect(SignedMessage.digest(message).hexadecimal == vector["digest"])
        let signature = SignedMessage.sign(message, with: key)
        #expect(signature == vector["signature"])
        let address = BitcoinAddress(key.publicKey)
        #expect(SignedMessage.verify(signature, message: message, address: address))
        #expect(SignedMessage.verify(signature, message: message, key: key.publicKey))
        let test = BitcoinAddress(key.publicKey, network: .test)
        #expect(SignedMessage.verify(signature, message: message, address: test))
        let other = BitcoinAddress(key.publicKey, isCompressed: false)
        #expect(!SignedMessage.verify(signature, message: message, address: other))
    }

    @Test func `keys come back from what they signed`() throws {
        var random = Generator()
        for _ in 0..<200 {
            let key = try Secp256k1.PrivateKey(SecretBytes(random.digest().bytes))
            let message = random.bytes(random.below(600))
            let isCompressed = random.below(2) == 0
            let text = SignedMessage.sign(message, with: key, isCompressed: isCompressed)
            let found = try #require(SignedMessage.recover(text, message: message))
            #expect(found.key == key.publicKey && found.isCompressed == isCompressed)
            #expect(!SignedMessage.verify(text, message: message + [0], key: key.publicKey))
            // The compact form is the same signature as that in DER.
            let digest = SignedMessage.digest(message)
            let bytes = try #require(Base64.decode(text))
            let numbers = [bytes[1..<33], bytes[33...]].map { Array($0.drop { $0 == 0 }) }
            let parts = numbers.map { number in
                let padded = (number.first ?? 0) & 0x80 == 0 ? number : [0] + number
                return [2, UInt8(padded.count)] + padded
            }
            let body = parts[0] + parts[1]
            #expect(key.sign(digest) == [0x30, UInt8(body.count)] + body, random.comment)
        }
    }

    @Test func `a changed signature is not the key's`() throws {
        let key = try key(7)
        let message = Array("pay alice".utf8)
        let text = SignedMessage.sign(message, with: key)
        let bytes = try #require(Base64.decode(text))
        let address = BitcoinAddress(key.publicKey)
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                let other = Base64.encode(changed)
                #expect(!SignedMessage.verify(other, message: message, address: address))
                // But for what tells the encoding of the key: the key alone does not depend on it.
                guard place > 0 else { continue }
                #expect(!SignedMessage.verify(other, message: message, key: key.publicKey))
            }
        }
    }

    @Test func `what is no signature recovers nothing`() throws {
        let bytes = try #require(Base64.decode(SignedMessage.sign([], with: try key(1))))
        func recovers(_ bytes: [UInt8]) -> Bool {
            SignedMessage.recover(Base64.encode(bytes), message: []) != nil
        }
        #expect(recovers(bytes))
        for header in [UInt8(0), 26, 35, 255] { #expect(!recovers([header] + bytes[1...])) }
        #expect(!recovers(bytes + [0]) && !recovers(Array(bytes.dropLast())) && !recovers([]))
        let high = [UInt8](repeating: 0xff, count: 32)
        #expect(!recovers([bytes[0]] + high + bytes[33...]))
        #expect(!recovers(bytes[..<33] + high))
        #expect(!recovers([bytes[0]] + [UInt8](repeating: 0, count: 64)))
        #expect(SignedMessage.recover("not base64", message: []) == nil)
        #expect(Secp256k1.RecoverableSignature(compact: Array(bytes[1...]), recovery: 4) == nil)
        #expect(Secp256k1.RecoverableSignature(compact: bytes, recovery: 0) == nil)
    }
}
