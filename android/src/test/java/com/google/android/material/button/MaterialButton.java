package com.google.android.material.button;

/** The accessibility checks ask whether a view is a MaterialButton. The app has none, but the question must link. */
public class MaterialButton extends android.widget.Button {
    public MaterialButton(android.content.Context context) {
        super(context);
    }
}
