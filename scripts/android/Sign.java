import com.android.apksig.ApkSigner;
import java.io.File;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Signs an APK with schemes v2 and v3 and keeps its alignment: Sign.java IN OUT.
 *
 * <p>The key comes from ANDROID_KEYSTORE, ANDROID_KEYSTORE_PASSWORD and ANDROID_KEY_ALIAS in the environment, never from
 * arguments, which every user of the machine can read. Scheme v1 is left out: Android 8 knows v2.
 */
final class Sign {
    public static void main(String[] arguments) throws Exception {
        char[] password = setting("ANDROID_KEYSTORE_PASSWORD").toCharArray();
        String alias = setting("ANDROID_KEY_ALIAS");
        KeyStore store = KeyStore.getInstance(new File(setting("ANDROID_KEYSTORE")), password);
        if (!(store.getKey(alias, password) instanceof PrivateKey key)) {
            throw new IllegalArgumentException("the keystore has no private key named " + alias);
        }
        ApkSigner.SignerConfig signer = new ApkSigner.SignerConfig.Builder(
                "signer", key, List.of((X509Certificate) store.getCertificate(alias))).build();
        new ApkSigner.Builder(List.of(signer))
                .setInputApk(new File(arguments[0]))
                .setOutputApk(new File(arguments[1]))
                .setMinSdkVersion(26)
                .setAlignmentPreserved(true)
                .setV1SigningEnabled(false)
                .setV2SigningEnabled(true)
                .setV3SigningEnabled(true)
                .setV4SigningEnabled(false)
                .build()
                .sign();
    }

    private static String setting(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }
}
